"""`resume`: goes on with what stopped, leaves alone what ended, refuses what is unknown."""

from tests.cli.conftest import SMALL, call


def test_a_finished_run_is_left_as_it_is(pair):
    done = call("resume", pair[0].id)
    assert (done.code, "finished already: reused" in done.err) == (0, True)


def test_an_interrupted_run_goes_on(store, monkeypatch):
    from grokscope.store.listing.catalogue import Catalogue
    from grokscope.train import stop

    begun = property(lambda self: any(store.glob("*/run.h5")))
    with monkeypatch.context() as patch:
        patch.setattr(stop.Stop, "requested", begun)
        assert call("run", "modadd-grok", *SMALL).code == 130
    assert Catalogue(store).refresh()[0].status == "interrupted"
    assert call("resume", "@last", "--device", "cpu").code == 0
    (run,) = Catalogue(store).refresh()
    assert (run.status, run.epoch) == ("finished", 12)


def test_what_is_stopped_before_it_began_leaves_no_run(store, monkeypatch):
    from grokscope.train import stop

    with monkeypatch.context() as patch:
        patch.setattr(stop.Stop, "requested", property(lambda self: True))
        assert call("run", "modadd-grok", *SMALL).code == 130
    assert not list(store.glob("*/run.h5"))


def test_an_unknown_run_is_named_with_those_there_are(pair):
    done = call("resume", "modadd-groc")
    assert done.code == 1
    assert "modadd-groc" in done.err
    assert pair[0].id in done.err


def test_a_query_means_all_runs_that_fit_it(pair):
    done = call("resume", "status:finished")
    assert (done.code, done.err.count("finished already: reused")) == (0, 2)
