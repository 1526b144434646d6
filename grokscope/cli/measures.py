"""`grokscope measures`: what can be computed on a run."""

import json

import click

from grokscope.cli.options import json_option, store_option
from grokscope.cli.terminal import table


@click.command()
@store_option
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the measures: what each is, its units, parameters and source."""
    from grokscope.measures import MEASURES

    rows = [
        {
            "measure": m.name,
            "reads": m.reads,
            "units": m.unit_label or m.units,
            "parameters": {p.name: p.default for p in m.parameters},
            "long_name": m.long_name,
            "source": m.source,
        }
        for m in MEASURES.values()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        parameters = row["parameters"]
        assert isinstance(parameters, dict)
        row["parameters"] = ", ".join(f"{k}={v}" for k, v in parameters.items()) or "–"
    click.echo(table(rows))
