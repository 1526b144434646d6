import time

import pytest
from click.testing import CliRunner

from grokscope.cli.doctor import command
from grokscope.store.doctor.findings import Done, Finding
from grokscope.store.doctor.place import check_place

STEERING = "a\x1b[2J\x1b]0;b\x07"


def test_what_steers_a_terminal_is_taken_out_of_all_that_is_told():
    finding = Finding(STEERING, "note", STEERING, STEERING, STEERING)
    texts = [finding.run, finding.found, finding.means, finding.remedy, *finding.as_json().values()]
    done = Done(STEERING, STEERING)
    assert set(map(str, [*texts, done.run, done.line])) == {"a·[2J·]0;b·", "note", "False"}


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_link_beside_the_runs_cannot_steer_the_terminal(store, as_json):
    (store / STEERING).symlink_to(store / "finished")
    (store / f"{STEERING}d").mkdir()
    told = check_place(store, time.time())
    assert any("is a symbolic link" in finding.found for finding in told)
    output = CliRunner().invoke(command, ["--store", str(store), *as_json]).output
    assert "is a symbolic link" in output
    assert "\x1b" not in output
    assert "\\u001b" not in output
