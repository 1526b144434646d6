"""Exit codes: what a script can tell from how training left its runs."""

from types import SimpleNamespace

import pytest

from grokscope.cli.training import exit_code


def run(status):
    return SimpleNamespace(id="x", status=status, reason="")


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["finished"], 0),
        (["finished", "finished"], 0),
        (["failed"], 1),
        (["failed", "failed"], 1),
        (["finished", "failed"], 4),
        (["finished", "interrupted"], 130),
        (["failed", "dead"], 130),
    ],
)
def test_an_exit_code_follows_from_what_became_of_the_runs(statuses, code):
    assert exit_code([run(status) for status in statuses]) == code
