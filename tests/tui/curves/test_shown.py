from dataclasses import replace

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.book import Book
from grokscope.tui.curves.shown import Shown


def test_a_run_stands_for_itself_or_for_its_group_and_changes_with_any_of_it(pair):
    grok, steady = (Shown(run, Book((1,), {}), "sky") for run in Catalogue(pair).refresh())
    assert grok.members == (grok,)
    group = replace(grok, group=(grok, steady))
    assert group.members == (grok, steady)
    newer = replace(steady, book=Book((2,), {}))
    assert replace(grok, group=(grok, newer)).version != group.version
    assert grok.version != steady.version
    assert replace(grok, book=None).version != grok.version
