"""A curve in three numbers."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MetricRange:
    """A curve in three numbers; NaN where it has no finite value."""

    last: float
    min: float
    max: float

    def after(self, values: "NDArray[np.float64]") -> "MetricRange":
        """Return the range once more values followed; those that are not finite do not count."""
        import numpy as np

        new = values[np.isfinite(values)]
        if not new.size:
            return self
        low, high = np.fmin(self.min, new.min()), np.fmax(self.max, new.max())
        return MetricRange(float(new[-1]), float(low), float(high))


NOTHING = MetricRange(math.nan, math.nan, math.nan)
