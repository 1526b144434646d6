"""Open a run, finished or running, with xarray alone: grokscope need not be installed.

    python examples/open_in_xarray.py store/RUN [CURVE]

It needs xarray and h5netcdf (or netCDF4), and plotext only for a nicer plot.
"""

import sys
from pathlib import Path

import xarray as xr

run = Path(sys.argv[1])
name = sys.argv[2] if len(sys.argv) > 2 else "test_accuracy"

for file in sorted(run.glob("*.h5")):
    if file.name.startswith("resume"):
        continue  # for going on with the run, not for looking at
    with xr.open_datatree(file) as tree:
        for group in tree.subtree:
            for key, variable in group.data_vars.items():
                units = variable.attrs.get("unit_label", variable.attrs.get("units", ""))
                print(f"{group.path}/{key} {dict(variable.sizes)} [{units}]")
                print(f"    {variable.attrs.get('long_name', '')}")

with xr.open_datatree(run / "run.h5") as tree:
    metrics = tree["metrics"].to_dataset().load()
    print(f"\n{tree.attrs['run_id']}: {tree.attrs['title']}, {tree.attrs['status']}")

curve = metrics[name].dropna("step")
title = f"{curve.attrs['long_name']} over {metrics.step.attrs['long_name']}"
try:
    import plotext
except ImportError:
    print(title)
    low, high = float(curve.min()), float(curve.max())
    for point in curve[:: max(curve.size // 16, 1)]:
        bar = "#" * round(40 * (point.item() - low) / ((high - low) or 1))
        print(f"{point.step.item():>10} {point.item():>12.5g} {bar}")
else:
    plotext.theme("clear")
    plotext.plot_size(80, 20)
    plotext.plot(curve.step.values.tolist(), curve.values.tolist())
    plotext.title(title)
    plotext.show()
