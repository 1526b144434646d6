import errno

import pytest

from grokscope.errors import RunHeld, StoreFailed
from grokscope.store.files import patience
from grokscope.store.files.patience import Patience, told


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(patience, "PAUSES", (0.001,))


def failing(times):
    left = [OSError(28, "No space left on device")] * times

    def action():
        if left:
            raise left.pop()
        return "done"

    return action


def test_what_works_at_once_says_nothing():
    said = []
    assert Patience(1, said.append).insist(failing(0), "metrics") == "done"
    assert said == []


def test_a_disk_that_recovers_is_told_of_twice():
    said = []
    assert Patience(9, said.append).insist(failing(5), "metrics") == "done"
    assert said == [
        "metrics: no space left on device; waiting up to 9 s for room",
        "metrics: written",
    ]


def test_a_disk_that_stays_full_fails_in_one_line():
    with pytest.raises(StoreFailed, match=r"^metrics: no space left on device for 0 s; all that"):
        Patience(0.01, lambda line: None).insist(failing(10_000), "metrics")


def test_once_a_stop_is_asked_for_a_full_disk_is_not_waited_for():
    asked = iter([False, False, True])
    patience = Patience(1000, lambda line: None)
    patience.asked = lambda: next(asked)
    with pytest.raises(StoreFailed, match=r"^metrics: no space .*, and a stop was asked for; all"):
        patience.insist(failing(10_000), "metrics")


def test_mistakes_of_a_user_are_not_insisted_on():
    def action():
        raise RunHeld("taken")

    with pytest.raises(RunHeld):
        Patience(9, pytest.fail).insist(action, "metrics")


def test_a_mistake_found_while_waiting_is_not_insisted_on_either():
    refusals = [RunHeld("taken over"), OSError(28, "full")]

    def action():
        raise refusals.pop()

    with pytest.raises(RunHeld, match=r"^taken over$"):
        Patience(9, lambda line: None).insist(action, "metrics")
    assert refusals == []


@pytest.mark.parametrize("first", [[], [OSError(28, "full")]], ids=["at once", "after a while"])
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOENT, errno.ENOTDIR])
def test_what_no_wait_can_mend_is_not_waited_for(number, first):
    refusals = [OSError(number, "No Way")] * 2 + first

    def action():
        raise refusals.pop()

    with pytest.raises(StoreFailed, match=r"^metrics: no way$"):
        Patience(9, lambda line: None).insist(action, "metrics")
    assert len(refusals) == 1


def test_a_refusal_is_told_in_one_line_and_a_mistake_as_it_is():
    with pytest.raises(StoreFailed, match=r"^thinning: disk gone$"), told("thinning"):
        raise OSError(5, "Disk gone\nfor good")
    with pytest.raises(RunHeld, match=r"^taken$"), told("thinning"):
        raise RunHeld("taken")
