"""Curves: the log they are appended to, the file that publishes them, and what is made of them."""
