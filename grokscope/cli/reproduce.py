"""`grokscope reproduce`: hold a paper's claims against runs."""

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import device_option, jobs_option, json_option, store_option
from grokscope.cli.terminal import room, table

if TYPE_CHECKING:
    from grokscope.cli.training import Means
    from grokscope.judging import Finding
    from grokscope.study import Claim, Evidence, Scale, Study

WIDEST = 36
"""Characters of a cell of the table; the rest is told below it."""


@click.command()
@click.argument("study", required=False)
@click.option("--quick", is_flag=True, help="A few seeds, in minutes; the default.")
@click.option("--seeds", type=click.IntRange(min=1), help="So many seeds of every group of runs.")
@click.option("--full", is_flag=True, help="As many seeds as the paper has; takes hours.")
@click.option("--only", "claims", metavar="CLAIM", multiple=True, help="Repeatable.")
@click.option("--list", "listing", is_flag=True, help="Only list the studies, or a study's claims.")
@click.option(
    "--figures",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Redraw the paper's figures in DIR, as far as the runs of the claims go, each beside its "
    "numbers as netCDF. Takes pip install 'grokscope[plot]'.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["svg", "png"]),
    multiple=True,
    default=["svg"],
    show_default=True,
    help="Of figures. Repeatable.",
)
@store_option
@device_option
@jobs_option
@json_option
def command(
    study: str | None,
    quick: bool,
    seeds: int | None,
    full: bool,
    claims: tuple[str, ...],
    listing: bool,
    figures: Path | None,
    formats: tuple[str, ...],
    store: str | None,
    device: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Hold the claims of STUDY against runs, which are trained where they are missing.

    What each claim expects is written down beforehand, and its verdict follows by rule. The
    table is kept in the store; Ctrl-C stops, and the same command goes on.
    """
    from grokscope.cli.drawing import draw_figures, make_ready
    from grokscope.cli.training import Means
    from grokscope.kinds import find
    from grokscope.store.location import create_store, find_store
    from grokscope.studies import STUDIES
    from grokscope.study import Scale

    if quick + full + (seeds is not None) > 1:
        raise click.UsageError("--quick, --seeds and --full exclude each other")
    if study is None and not listing:
        raise click.UsageError(f"name a study: {', '.join(STUDIES)}")
    if study is None:
        _list_studies(STUDIES, as_json)
        return
    chosen = find(STUDIES, study, "study")
    wanted, scale = chosen.chosen(claims), Scale.of(seeds, full)
    if listing:
        _list_claims(wanted, as_json)
        return
    if figures:
        make_ready(figures)
    means = Means(create_store(find_store(store)), device, jobs)
    evidence = _train(chosen, wanted, scale, means)
    findings = _judge(wanted, evidence, means)
    told = _told(chosen, scale, claims, findings)
    if not claims:
        from grokscope.store.studies import write_table

        write_table(means.store, f"{chosen.name}.{scale.name}", told)
    click.echo(json.dumps(told, indent=1) if as_json else _as_text(told))
    if figures:
        draw_figures(chosen, evidence, figures, formats)


def _train(study: "Study", claims: "Sequence[Claim]", scale: "Scale", means: "Means") -> "Evidence":
    """Train what is missing; return the runs of each group that is whole."""
    from grokscope.cli.several import SOME_FAILED
    from grokscope.cli.training import carry_out, exit_code
    from grokscope.study import Trained
    from grokscope.train.plan import plan

    wanted = study.experiments(claims, scale)
    experiments = [one for group in wanted.values() for one in group]
    plans = plan(experiments, means.store)
    # those that are there are not worth a line each
    runs = carry_out(plans, means) if any(p.action != "reuse" for p in plans) else []
    if code := exit_code(runs) or (SOME_FAILED if any(run.live for run in runs) else 0):
        sys.exit(code)
    paths = {p.experiment.digest: p.path for p in plans}
    return {
        name: [Trained(paths[one.digest], means.device) for one in group]
        for name, group in wanted.items()
    }


def _judge(claims: "Sequence[Claim]", evidence: "Evidence", means: "Means") -> "list[Finding]":
    """Judge claims, in their order, and tell each verdict as soon as it is there."""
    from grokscope.judging import judge
    from grokscope.measuring import gathered

    start, findings = time.monotonic(), dict[int, "Finding"]()
    readers = [partial(judge, claim) for claim in claims]
    processes = means.processes(sum(map(len, evidence.values())))
    for place, finding in gathered(readers, evidence, processes):
        findings[place] = finding
        click.echo(
            f"grokscope: {len(findings)} of {len(claims)} claims, {finding.claim.name}: "
            f"{finding.verdict} (after {time.monotonic() - start:.0f} s)",
            err=True,
        )
    return [findings[place] for place in range(len(claims))]


def _told(
    study: "Study", scale: "Scale", only: Sequence[str], findings: "Sequence[Finding]"
) -> dict[str, Any]:
    """Return the table of a study, as it is kept and printed."""
    words = [study.name, scale.option, *(f"--only {name}" for name in only)]
    return {
        "study": study.name,
        "title": study.title,
        "source": study.source,
        "scale": scale.name,
        "made": time.time(),
        "version": version("grokscope"),
        "command": f"grokscope reproduce {' '.join(words)}",
        "claims": [finding.as_json() for finding in findings],
    }


def _as_text(told: Mapping[str, Any]) -> str:
    """Return a study's table, what stands behind each verdict, and how many there are of each."""
    claims = told["claims"]
    rows = [
        {key: _short(claim[key]) for key in ("name", "verdict", "ours", "paper", "expected")}
        for claim in claims
    ]
    counts = Counter(claim["verdict"] for claim in claims)
    parts = [
        _folded(f"{told['title']} ({told['source']}), {told['scale']}"),
        "",
        table(rows, (), room()),
        "",
    ]
    for claim in claims:
        parts.append(_folded(f"{claim['name']} ({claim['where']}): {claim['statement']}"))
        behind = (
            f"the paper: {claim['paper']}; here {claim['quantity']}: {claim['expected']}",
            claim["why"],
            claim["note"],
        )
        parts += [_folded(text, "  ") for text in behind if text]
    parts += ["", ", ".join(f"{count} {verdict}" for verdict, count in counts.items())]
    return "\n".join(parts)


def _folded(text: str, indent: str = "") -> str:
    """Return a text in lines that fit where a person reads them."""
    width = room() or math.inf
    if len(indent + text) <= width:
        return indent + text
    return fill(text, int(width), initial_indent=indent, subsequent_indent="  ")


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def _list_studies(studies: "Mapping[str, Study]", as_json: bool) -> None:
    rows = [
        {"study": one.name, "claims": len(one.claims), "source": one.source, "title": one.title}
        for one in studies.values()
    ]
    click.echo(json.dumps(rows, indent=1) if as_json else table(rows, ("claims",)))


def _list_claims(claims: "Sequence[Claim]", as_json: bool) -> None:
    keys = ("name", "paper", "expected", "where", "quantity", "statement")
    rows = [{key: getattr(claim, key) for key in keys} for claim in claims]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(table([{key: _short(row[key]) for key in keys[:4]} for row in rows], (), room()))
