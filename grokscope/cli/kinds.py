"""Listings of registries: what can be trained and measured, with the keys each entry takes."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import click

from grokscope.cli.terminal import table


def print_kinds(registry: Mapping[str, Any], noun: str, as_json: bool) -> None:
    """Print every task or model: name, keys with their defaults, meaning, source."""
    rows = [
        {
            noun: kind.name,
            "keys": {f.name: _default(f) for f in fields(kind)},
            "summary": kind.summary,
            "source": kind.source,
        }
        for kind in registry.values()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        row["keys"] = ", ".join(f"{key}={value}" for key, value in row["keys"].items())
    click.echo(table(rows))


def _default(field: Any) -> Any:
    value = None if field.default is MISSING else field.default
    return list(value) if isinstance(value, tuple) else value
