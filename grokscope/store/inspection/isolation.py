"""Starting processes that handle strangers' files: nothing of where the user stands gets in.

Without `-I` Python would look for modules in the working directory first, where a file named
`h5py.py` may lie; variables of the environment would name more places, and HDF5's its plugins.
"""

import os
import sys
from pathlib import Path
from types import ModuleType

CODE = (
    "import sys; n = int(sys.argv[1]) + 2; sys.path[:0] = sys.argv[2:n];"
    " from {} import main; main(*sys.argv[n:])"
)


def command(program: str, *words: str) -> list[str]:
    """Return the command that runs a module's `main` on words, to be started in "/".

    `site` is left out, which takes longer than all the rest but HDF5.

    Parameters
    ----------
    program : str
        Full name of the module.
    words : str
        Paths among them must be absolute.
    """
    import h5py
    import numpy

    import grokscope

    roots = dict.fromkeys(_root(module) for module in (grokscope, h5py, numpy))
    code = CODE.format(program)
    return [sys.executable, "-I", "-S", "-c", code, str(len(roots)), *roots, *words]


def environment() -> dict[str, str]:
    """Return what such a process needs of the environment: no plugins, no threads."""
    kept = {name: word for name, word in os.environ.items() if not name.startswith("HDF5_")}
    single = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return kept | dict.fromkeys(single, "1") | {"HDF5_PLUGIN_PRELOAD": "::"}


def _root(module: ModuleType) -> str:
    return str(Path(module.__file__ or "").resolve().parents[1])
