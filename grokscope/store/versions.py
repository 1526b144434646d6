"""Versions of the format: a reader accepts its own major one, whatever the minor."""

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.files.texts import readable
from grokscope.store.schema import SCHEMA_VERSION


def check_version(version: str, what: str) -> None:
    """Accept any minor version of the format's major one.

    Raises
    ------
    NewerSchema, OlderSchema
        If a later or an earlier major version wrote `what`.
    Unreadable
        If that is no version.
    """
    known, told = SCHEMA_VERSION.partition(".")[0], readable(version, 20)
    major = version.partition(".")[0]
    if major == known:
        return
    if not (major.isascii() and major.isdigit()):
        raise Unreadable(f"{what} has schema version {told!r}, which is none")
    line = f"{what} has schema version {told}; this grokscope reads {known}.x"
    if int(major[:9]) > int(known):
        raise NewerSchema(line)
    raise OlderSchema(f"{line}, to which `grokscope doctor --fix` migrates it")
