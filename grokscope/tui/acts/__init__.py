"""Acting: `grokscope ...` started as processes, and their logs."""
