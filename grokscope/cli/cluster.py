"""`grokscope cluster`: the clusters that final networks of runs fall into."""

import json

import click

from grokscope.cli.options import device_option, json_option, store_option
from grokscope.cli.terminal import table


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RUN...")
@click.option("--clusters", "k", default=2, show_default=True, help="How many.")
@click.option(
    "--by", default="regime", show_default=True, help="Field that clusters are held against."
)
@click.option(
    "--score",
    type=click.Choice(["model", "label", "output"]),
    default="model",
    show_default=True,
    help="Whose derivatives the Fisher diagonal is made of.",
)
@click.option("--seed", default=0, show_default=True, help="Of inputs drawn, starts and shuffles.")
@store_option
@device_option
@json_option
def command(
    words: tuple[str, ...],
    k: int,
    by: str,
    score: str,
    seed: int,
    store: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Cluster the final networks of RUNs in their Fisher metric, neurons aligned. Experimental.

    Says whether the clusters agree with a field of the runs, such as their regime, better than
    with the field shuffled among them.
    """
    from grokscope.analysis import cluster
    from grokscope.cli.selection import select_runs
    from grokscope.store.location import find_store, open_store
    from grokscope.store.query import fields

    runs = select_runs(open_store(find_store(store)), words)
    field = fields.Fields(runs).field(by, by, (0, len(by)))
    labels = [str(field.read(run)) for run in runs]
    paths = [run.path for run in runs]
    found = cluster(paths, labels, k=k, score=score, seed=seed, device=device)  # type: ignore[arg-type]
    rows = [
        {"id": run.id, by: label, "cluster": int(number)}
        for run, label, number in zip(runs, labels, found.clusters, strict=True)
    ]
    told = found.separation
    if as_json:
        summary = {"agreement": told.agreement, "p_value": told.p_value, "spread": found.spread}
        click.echo(json.dumps({"runs": rows, **summary}, indent=1))
        return
    click.echo(table(rows, ("cluster",)))
    click.echo(
        f"agreement with {by} {told.agreement:.2f} (adjusted Rand index); of 10,000 shuffles "
        f"{told.p_value:.2%} agree as well; spread within clusters {found.spread:.2f} of the whole"
    )
