"""Hygiene: what importing an entry point brings along, seen in a fresh interpreter."""

import subprocess
import sys

import pytest

from grokscope.cli import COMMANDS

ENTRY_POINTS = [
    "grokscope",
    "grokscope.__main__",
    "grokscope.cli",
    *COMMANDS.values(),
    "grokscope.tui.app",
    "grokscope.store",
    "grokscope.tasks",
    "grokscope.events",
]


def loaded_after(statement):
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ENTRY_POINTS)
def test_importing_an_entry_point_imports_no_torch_and_no_xarray(module):
    assert loaded_after(f"import {module}").isdisjoint({"torch", "xarray", "pandas", "scipy"})


def test_the_command_line_imports_no_screen_and_no_hdf5():
    assert loaded_after("import grokscope.cli").isdisjoint({"textual", "h5py", "numpy"})


def test_the_help_page_imports_no_numpy():
    lines = (
        "import contextlib, io",
        "from grokscope.cli import cli",
        "with contextlib.redirect_stdout(io.StringIO()) as page:",
        "    cli(['--help'], standalone_mode=False)",
        "assert 'Usage: ' in page.getvalue()",
    )
    assert loaded_after("\n".join(lines)).isdisjoint({"numpy", "h5py", "textual", "torch"})


def test_measures_import_no_torch():
    assert "torch" not in loaded_after("import grokscope.measures")


def test_listing_runs_opens_no_hdf5(tmp_path):
    listing = "from grokscope.store.listing.catalogue import Catalogue; from pathlib import Path"
    assert "h5py" not in loaded_after(f"{listing}; Catalogue(Path({str(tmp_path)!r})).refresh()")


def test_the_guard_sees_torch_where_it_is_imported():
    assert "torch" in loaded_after("import grokscope.models.network")


def test_checking_a_configuration_imports_no_torch():
    assert "torch" not in loaded_after("import grokscope; grokscope.load('modadd-grok').run_id")
