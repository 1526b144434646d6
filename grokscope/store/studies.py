"""Tables of studies in the store: what was claimed, what was found, and in which runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.errors import Unreadable
from grokscope.store.files.patience import told
from grokscope.store.files.publish import publish_json
from grokscope.store.files.texts import parse_json
from grokscope.store.schema import STUDIES

MOST_BYTES = 16 << 20
"""Size beyond which a file is no table."""


def write_table(store: Path, name: str, table: Mapping[str, Any]) -> Path:
    """Keep a study's table under a name such as `grokking-vs-learning.quick`; return its path.

    Raises
    ------
    StoreFailed
        If the store does not take it.
    """
    path = store / STUDIES / f"{name}.json"
    with told(f"the store takes no table {name!r}"):
        path.parent.mkdir(exist_ok=True)
        publish_json(path, table, durable=True)
    return path


def read_tables(store: Path) -> dict[str, dict[str, Any]]:
    """Return the tables that a store holds, by name; what is none is left out."""
    tables = {}
    for path in sorted((store / STUDIES).glob("*.json")):
        try:
            tables[path.stem] = read_table(path)
        except (Unreadable, FileNotFoundError):
            continue
    return tables


def read_table(path: Path) -> dict[str, Any]:
    """Return the table in a file.

    Raises
    ------
    Unreadable
        If it holds none.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        table = parse_json(path.read_text(encoding="utf-8"))
        if isinstance(table, dict) and isinstance(table.get("claims"), list):
            return table
        raise ValueError("no claims")
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{STUDIES}/{path.name} is no table of a study: {error}") from error
