import pytest

from grokscope.tui import actions
from grokscope.tui.screens import SCREENS, load


def test_one_key_has_one_meaning_on_every_screen():
    meanings = {}
    for action in actions.ACTIONS:
        for key in action.keys:
            meanings.setdefault(key, set()).add(action.name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", SCREENS)
def test_every_action_of_a_screen_is_bound_once_and_has_a_method(name):
    screen = load(name)
    bound = [key for binding in screen.BINDINGS for key in binding.key.split(",")]
    asked = [key for action in actions.on(screen.kind) for key in action.keys]
    assert sorted(bound) == sorted(asked)
    assert len(set(bound)) == len(bound)
    for action in actions.on(screen.kind):
        assert hasattr(screen, "action_" + action.name.partition("(")[0]), action.name


def test_what_can_be_typed_is_no_key_where_there_is_a_line_for_it():
    for action in actions.ACTIONS:
        for screen in action.screens:
            assert set(action.keys_on(screen)) <= set(action.keys)
        assert action.keys_on("nowhere") == ()
    down = next(action for action in actions.on(actions.LAUNCH) if action.name == "move(1)")
    assert down.keys_on(actions.RUNS) == ("j", "down")
    assert down.keys_on(actions.LAUNCH) == ("down",)
    leave = next(action for action in actions.on(actions.WRITE) if action.name == "leave")
    assert leave.keys_on(actions.WRITE) == ()


def test_a_key_is_looked_for_on_other_screens_only_where_it_does_nothing():
    assert actions.elsewhere("f", actions.RUNS) == [actions.RUN]
    assert actions.elsewhere("o", actions.RUNS) == [actions.RUN, actions.MEASURES, actions.COMPARE]
    assert actions.elsewhere("asterisk", actions.RUN) == [actions.RUNS]
    assert actions.elsewhere("f", actions.RUN) == []
    assert actions.elsewhere("E", actions.RUN) == []
    # there it is a letter
    assert actions.LAUNCH not in actions.elsewhere("q", "nowhere")


def test_no_key_is_one_that_tmux_or_a_shell_takes():
    keys = {key for action in actions.ACTIONS for key in action.keys}
    assert not keys & {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+q", "ctrl+z"}
    assert not any(key.startswith("alt+") for key in keys)


def test_an_action_without_a_label_joins_the_next_in_the_footer():
    entries = actions.footer(actions.RUN)
    assert ("[ ]", "cursor", "sample(1)") in entries
    assert ("x X Y", "axes", "toggle_y") in entries


def test_footers_name_only_actions_of_their_screen():
    for action in actions.ACTIONS:
        assert set(action.footer) <= set(action.screens)
