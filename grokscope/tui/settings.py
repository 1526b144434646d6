"""Settings: what the explorer remembers for its user, in a small file of theirs."""

import contextlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIABLE = "GROKSCOPE_CONFIG"
"""Environment variable that names the directory of settings; an empty one means none."""
FILE = "explorer.toml"
LARGEST = 1 << 20
"""Bytes beyond which a file holds no settings."""
_WRITING = threading.Lock()
"""A section is written by whoever chose it; each keeps what the others wrote."""


def place() -> Path | None:
    """Return the file of settings, which may not exist; None where there can be none."""
    told = os.environ.get(VARIABLE)
    if told == "":
        return None
    if told is not None:
        return Path(told) / FILE
    import platformdirs

    return platformdirs.user_config_path("grokscope", appauthor=False) / FILE


def load(section: str) -> dict[str, Any]:
    """Return what is remembered in a section; nothing where the file is missing or damaged."""
    found = _read().get(section)
    return found if isinstance(found, dict) else {}


def mentions(section: str) -> bool:
    """Return whether the file may have a section, without parsing it, which takes 5 ms."""
    path = place()
    with contextlib.suppress(OSError):
        return path is not None and section.encode() in path.read_bytes()[:LARGEST]
    return False


def save(section: str, values: Mapping[str, Any]) -> str:
    """Remember a section, and leave the others as they are.

    A file that cannot be understood is kept beside the new one.

    Parameters
    ----------
    values : dict
        Of strings, numbers, lists of such, and dicts of these.

    Returns
    -------
    str
        Why it was not remembered; empty where it was.
    """
    path = place()
    if path is None:
        return ""
    try:
        with _WRITING:
            _write(path, _read() | {section: dict(values)})
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return ""


def _write(path: Path, whole: Mapping[str, Any]) -> None:
    import tempfile

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and not _read():
        path.replace(path.with_suffix(".damaged"))
    number, name = tempfile.mkstemp(prefix=path.stem, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(written(whole))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def written(sections: Mapping[str, Any]) -> str:
    """Return tables of settings as TOML, those in a section under headings of their own.

    What TOML has no form for is left out.
    """
    lines: list[str] = []
    for name, values in sections.items():
        if isinstance(values, Mapping):
            inner = {key: one for key, one in values.items() if isinstance(one, Mapping)}
            rest = {key: one for key, one in values.items() if key not in inner}
            lines += [f"[{_text(name)}]", *_entries(rest), ""]
            for key, one in inner.items():
                lines += [f"[{_text(name)}.{_text(key)}]", *_entries(one), ""]
    return "\n".join(lines)


def _entries(values: Mapping[str, Any]) -> list[str]:
    return [
        f"{_text(key)} = {text}"
        for key, value in values.items()
        if (text := _value(value)) is not None
    ]


def _value(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(filter(None, map(_value, value)))}]"
    if isinstance(value, Mapping):
        parts = ((_text(key), _value(one)) for key, one in value.items())
        return "{" + ", ".join(f"{key} = {text}" for key, text in parts if text is not None) + "}"
    return None


def _text(text: str) -> str:
    import json

    # JSON's strings are TOML's, but for DEL and characters beyond 16 bits
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read() -> dict[str, Any]:
    import tomllib

    path = place()
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if path is not None and path.stat().st_size <= LARGEST:
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}
