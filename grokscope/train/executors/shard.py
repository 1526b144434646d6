"""Shards: which share of a plan one of several machines takes, told without talking."""

import re

from grokscope.errors import BadConfig

FORM = re.compile(r"(\d{1,6})/(\d{1,6})")


def parse_shard(text: str) -> tuple[int, int]:
    """Return the numbers of a shard such as "0/4": the first of four, counted from 0.

    Raises
    ------
    BadConfig
        If it is none.
    """
    found = FORM.fullmatch(text.strip())
    part, parts = map(int, found.groups()) if found else (0, 0)
    if not part < parts:
        raise BadConfig(f"--shard takes i/n with i from 0 to n - 1, such as 0/4, got {text!r}")
    return part, parts
