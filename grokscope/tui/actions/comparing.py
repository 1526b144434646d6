"""Two runs side by side."""

from grokscope.tui.actions.action import COMPARE, Action

COMPARING: tuple[Action, ...] = (
    Action(
        "overlay", ("o",), "overlay", "both runs in the same panels, or side by side",
        (COMPARE,), (COMPARE,),
    ),
    Action(
        "relate", ("r",), "ratio", "both curves, their difference A − B, or their ratio A : B",
        (COMPARE,), (COMPARE,),
    ),
    Action("swap", ("s",), "swap", "swap A and B", (COMPARE,), (COMPARE,)),
)  # fmt: skip
