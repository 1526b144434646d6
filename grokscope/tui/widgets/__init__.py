"""Widgets: lines of text, the list of runs, panels; none reads a file."""
