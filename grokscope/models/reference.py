"""Between a row of parameters and a plain module, which keeps dense weights flat and transposed."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from grokscope.layout import Layout


def load_row(module: nn.Module, layout: Layout, row: Tensor) -> None:
    """Copy one row of parameters into a module.

    Parameters
    ----------
    module : Module
        From `Model.module`; its parameters have the names of `layout`.
    row : Tensor, (parameter,)
    """
    views = layout.views(row)
    dense = dense_weights(module)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            weight = views[name]
            shape = parameter.shape[::-1]
            parameter.copy_(weight.reshape(shape).T if name in dense else weight)


def row_of(module: nn.Module, layout: Layout, take: Callable[[Tensor], Tensor]) -> Tensor:
    """Return what `take` gives for each parameter of a module, such as its gradient, as a row.

    Returns
    -------
    Tensor, (parameter,)
    """
    dense = dense_weights(module)
    parts = {
        name: take(parameter).T if name in dense else take(parameter)
        for name, parameter in module.named_parameters()
    }
    return torch.cat([parts[spec.name].reshape(-1) for spec in layout.parameters])


def dense_weights(module: nn.Module) -> set[str]:
    """Return names of the parameters that a module keeps as (out, in)."""
    linears = ((n, m) for n, m in module.named_modules() if isinstance(m, nn.Linear))
    return {f"{name}.weight" for name, _ in linears}
