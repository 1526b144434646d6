"""`grokscope restore`: runs back from the trash."""

from typing import TYPE_CHECKING

import click

from grokscope.cli.options import TrashedName, store_option

if TYPE_CHECKING:
    from grokscope.store.keeping.trash import Trashed


@click.command()
@click.argument("runs", type=TrashedName(), nargs=-1, required=True, metavar="RUN...")
@store_option
def command(runs: tuple[str, ...], store: str | None) -> None:
    """Bring RUNs back from the trash: by id, the start of one, or the name that `rm --list` gives.

    Of several runs removed under one id, the last comes back.
    """
    from grokscope.cli.several import each
    from grokscope.store.keeping import trash
    from grokscope.store.location import find_store, open_store

    folder = open_store(find_store(store))
    found = dict.fromkeys(trash.find_trashed(folder, word)[0] for word in runs)

    def restore(one: "Trashed") -> None:
        path = trash.restore(folder, one)
        click.echo(f"{one.id} is back in {path.parent}")

    each(list(found), restore)
