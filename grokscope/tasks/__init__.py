"""Tasks: one file each, listed here in the order views show them."""

from grokscope.kinds import Task, by_name
from grokscope.tasks.modular_addition import ModularAddition

TASKS: dict[str, type[Task]] = by_name([ModularAddition])
