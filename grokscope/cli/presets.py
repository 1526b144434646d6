"""`grokscope presets`: the experiments that come with the package."""

import json

import click

from grokscope.cli.options import json_option, store_option
from grokscope.cli.terminal import table


@click.command()
@click.argument("name", required=False)
@store_option
@json_option
def command(name: str | None, store: str | None, as_json: bool) -> None:
    """List the named experiments, or print the one called NAME as TOML to start from."""
    from grokscope.config.files import as_toml, preset, preset_names

    if name is not None:
        config = preset(name).as_config(whole=True)
        click.echo(json.dumps(config, indent=1) if as_json else as_toml(config), nl=as_json)
        return
    rows = []
    for each in preset_names():
        experiment = preset(each)
        rows.append(
            {
                "preset": each,
                "task": experiment.task.name,
                "model": experiment.model.name,
                "init_scale": experiment.model.init_scale,
                "epochs": experiment.training.epochs,
                "title": experiment.title,
            }
        )
    right = ("init_scale", "epochs")
    click.echo(json.dumps(rows, indent=1) if as_json else table(rows, right))
