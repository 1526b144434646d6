"""Missing: why there is nothing of a run to be seen, and what can be done."""

import textwrap

LOST = "no longer in the store"
WIDTH = 76
"""Cells of a line, where no other width is known."""
LEAST = 20


def missing(id: str, problem: str | None, width: int = WIDTH) -> list[str]:
    """Return in a line why there is nothing of a run, and below what is wrong and what may help.

    Parameters
    ----------
    problem : str, optional
        Why it cannot be read; None or `LOST` where it is not there.
    """
    if not id:
        return ["no run is selected"]
    if problem in (None, LOST):
        return [f"{id} is {LOST}"]
    hint = f"grokscope doctor {id}   looks for what can be saved"
    return [f"{id} cannot be read", *textwrap.wrap(str(problem), max(width, LEAST)), hint]
