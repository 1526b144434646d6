"""Tasks: one file each, listed here in the order views show them."""

from grokscope.kinds import Task, by_name
from grokscope.tasks.ising import IsingPhases
from grokscope.tasks.modular_addition import ModularAddition
from grokscope.tasks.modular_arithmetic import ModularArithmetic
from grokscope.tasks.symmetric_group import SymmetricGroup

TASKS: dict[str, type[Task]] = by_name(
    [ModularAddition, ModularArithmetic, SymmetricGroup, IsingPhases]
)
