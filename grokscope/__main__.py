"""`grokscope` and `python -m grokscope`."""

import os

# files of runs need no filter plugins, and HDF5 is to load none of them into this process
os.environ.setdefault("HDF5_PLUGIN_PRELOAD", "::")

from grokscope.cli import main

if __name__ == "__main__":
    main()
