"""Screens by name: one file each, and one line here."""

from grokscope.tui.page import Page
from grokscope.tui.screens.compare import CompareScreen
from grokscope.tui.screens.help import HelpScreen
from grokscope.tui.screens.log import LogScreen
from grokscope.tui.screens.run import RunScreen
from grokscope.tui.screens.runs import RunsScreen
from grokscope.tui.screens.studies import StudiesScreen
from grokscope.tui.screens.why import WhyScreen

SCREENS: dict[str, type[Page]] = {
    "runs": RunsScreen,
    "run": RunScreen,
    "compare": CompareScreen,
    "why": WhyScreen,
    "log": LogScreen,
    "studies": StudiesScreen,
    "help": HelpScreen,
}
