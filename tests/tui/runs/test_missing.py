from grokscope.tui.runs.missing import LOST, missing


def test_what_cannot_be_read_is_told_whole_and_how_to_go_on():
    problem = "run 'torn' " + "cannot be opened; " * 12
    head, *why, hint = missing("torn", problem, 60)
    assert head == "torn cannot be read"
    assert len(why) > 3
    assert all(len(line) <= 60 for line in why)
    assert " ".join(why).split() == problem.split()
    assert hint.startswith("grokscope doctor torn")


def test_what_is_not_there_is_said_to_be():
    assert missing("away", None) == missing("away", LOST) == ["away is no longer in the store"]
    assert missing("", None) == ["no run is selected"]
