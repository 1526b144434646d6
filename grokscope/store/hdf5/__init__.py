"""HDF5: labelled groups that both netCDF engines open, laid out without handing HDF5 the bulk."""
