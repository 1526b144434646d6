"""Runs as strangers open them."""

from pathlib import Path

import xarray as xr

ENGINES = ("h5netcdf", "netcdf4")


def opens(run: Path) -> int:
    """Open a run as a stranger would, with both engines; return its number of rows."""
    sizes = set()
    for engine in ENGINES:
        with xr.open_datatree(run / "run.h5", engine=engine) as tree:
            tree.load()
            sizes.add(tree["metrics"].sizes.get("step", 0))
    assert len(sizes) == 1
    return sizes.pop()
