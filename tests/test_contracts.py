"""Contracts: each import contract holds, and is shown to fail when its wall is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

VIOLATIONS = {
    "layers": ("store/schema.py", "import grokscope.config"),
    "rooms": ("store/listing/status.py", "import grokscope.store.curves.reader"),
    "floors": ("tui/runs/folding.py", "def later():\n    import grokscope.tui.session"),
    "tui": ("tui/words.py", "def later():\n    import torch"),
    "store": ("store/listing/catalogue.py", "def later():\n    import torch"),
    "xarray": ("store/api/contents.py", "def later():\n    import xarray"),
    "numpy-only": ("tasks/modular_addition.py", "import xarray"),
    "measures": ("measures/weight_norm.py", "def later():\n    import torch"),
    "drawing": ("figure.py", "def later():\n    import matplotlib"),
    "siblings": ("measures/weight_norm.py", "import grokscope.measures.fisher_speed"),
    "acyclic": ("store/schema.py", "def later():\n    import grokscope.store.curves.reader"),
}


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the package and its contracts, free to be broken."""
    shutil.copytree(
        ROOT / "grokscope", tmp_path / "grokscope", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def check(folder, contract):
    """Return how `lint-imports` judges one contract of the package in a folder."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--contract", contract, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_broken_wall_is_reported(copy, contract):
    name, statement = VIOLATIONS[contract]
    path = copy / "grokscope" / name
    path.write_text(f"{path.read_text()}\n\n{statement}\n")
    done = check(copy, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept, 1 broken" in done.stdout


def test_the_walls_stand(copy):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert f"{len(VIOLATIONS)} kept, 0 broken" in done.stdout


def test_what_completion_offers_of_the_package_is_public():
    import grokscope

    assert dir(grokscope) == sorted(grokscope.__all__)
