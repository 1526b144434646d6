"""Docs: what README names exists, what exists is named, and every figure of it can be fetched."""

import re
from pathlib import Path

import pytest

from grokscope.cli import COMMANDS
from grokscope.config import preset_names
from grokscope.measures import MEASURES
from grokscope.models import MODELS
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tasks import TASKS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
NAMES = [*COMMANDS, *preset_names(), *TASKS, *MODELS, *MEASURES]


@pytest.mark.parametrize("name", NAMES)
def test_readme_names_everything_there_is(name):
    assert re.search(rf"`(?:grokscope )?{name}\b", README)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "store/README.md"])
def test_every_link_leads_somewhere(page):
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    assert not missing


def test_every_example_is_linked_or_named():
    named = README + "".join(p.read_text() for p in (ROOT / "examples").glob("*.toml"))
    assert all(p.name in named for p in (ROOT / "examples").glob("*.*") if p.is_file())


def test_readme_opens_with_the_two_commands():
    assert README.split("```")[1].split() == ["make", "run", "make", "test"]


def test_the_figures_of_the_reference_runs_are_those_readme_tells():
    runs = {run.name: run for run in Catalogue(ROOT / "store").refresh() if "reference" in run.id}
    grok, steady = runs["reference-grok"], runs["reference-steady"]
    told = (
        f"| t_train, t_test (epochs) | {grok.outcome.t_train:g}, {grok.outcome.t_test:g}: grokking "
        f"| {steady.outcome.t_train:g}, {steady.outcome.t_test:g}: steady |"
    )
    assert told in README
    turns = [
        f"{run.moments['speed_min'].epoch:g}, {run.moments['speed_max'].epoch:g}"
        for run in (grok, steady)
    ]
    assert f"| {turns[0]} | {turns[1]} |" in README


def test_contributing_has_a_recipe_for_each_kind_of_thing():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for noun in ("task", "model", "measure", "command", "screen"):
        assert f"**A {noun}.**" in text


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "store/README.md"]
)
def test_no_page_holds_a_placeholder(page):
    assert not re.findall(r"\b(?:TODO|TBD|FIXME|XXX|BENCH)\b", (ROOT / page).read_text())
