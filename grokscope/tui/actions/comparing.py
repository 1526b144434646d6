"""Two runs side by side."""

from grokscope.tui.actions.action import COMPARE, Action

COMPARING: tuple[Action, ...] = (
    Action(
        "overlay", ("o",), "overlay", "fold the two columns into one, or unfold them",
        (COMPARE,), (COMPARE,),
    ),
    Action(
        "relate", ("r",), "ratio", "curves, their difference A − B, or their ratio A : B",
        (COMPARE,), (COMPARE,),
    ),
    Action("swap", ("s",), "swap", "swap A and B", (COMPARE,), (COMPARE,)),
)  # fmt: skip
