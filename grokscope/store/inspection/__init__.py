"""A file from a stranger is data: what may be opened, and what is refused before it is read.

`open_checked` and `open_published` open the files of a run. The first look at a file that
neither this process nor another one of this user wrote or looked at before happens in a child
process with limits on memory and time, since a damaged HDF5 file can crash, hang or exhaust
whoever opens it.
"""

from grokscope.store.inspection.opening import damage as damage
from grokscope.store.inspection.opening import open_checked as open_checked
from grokscope.store.inspection.opening import open_published as open_published
