"""Open a run with xarray alone: grokscope need not be installed, only xarray and h5netcdf.

python examples/open_in_xarray.py store/RUN/run.h5
"""

import sys

import xarray as xr

run = xr.open_datatree(sys.argv[1])

print(f"{run.attrs['run_id']}: {run.attrs['title']}\n")
for group in run.subtree:
    for name, variable in group.data_vars.items():
        units = variable.attrs.get("unit_label", variable.attrs.get("units", ""))
        print(f"{group.path}/{name} {dict(variable.sizes)} [{units}]")
        print(f"    {variable.attrs.get('long_name', '')}")

metrics = run["metrics"].to_dataset()
print("\nWhen test accuracy first exceeded one half:")
late = metrics.where(metrics.test_accuracy > 0.5, drop=True)
print(f"    epoch {late.epoch[0].item():g}" if late.sizes["step"] else "    never")
