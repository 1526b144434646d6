"""Selection: which stored run a word on the command line means."""

from pathlib import Path

from grokscope.store.catalogue import find_run
from grokscope.store.summary import RunSummary


def select(store: Path, word: str) -> RunSummary:
    """Return the run that `word` names in `store`.

    An id, the start of one id, a name only one run has, @last, or the path of a run's directory.
    The name of a preset means that preset's own run where the store holds it, whatever other
    runs carry its name.

    Raises
    ------
    NotARun
        If no run, or more than one, fits.
    """
    from grokscope.config.files import preset, preset_names

    if "/" in word and Path(word).resolve().parent == store.resolve():
        word = Path(word).name
    if word in preset_names():
        own = preset(word).run_id
        if (store / own).is_dir():
            word = own
    return find_run(store, word)
