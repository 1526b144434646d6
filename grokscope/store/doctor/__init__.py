"""The doctor: what is wrong with the runs of a store, and mending what can be mended.

A check is a pure function from a run's files to findings; a finding may carry what mends it.
Nothing is written before somebody asks for that, and then only while the run is held. What is
in the way is given another name; nothing is deleted but temporary files and what provably
stands elsewhere.
"""
