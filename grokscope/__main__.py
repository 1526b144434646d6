"""`grokscope` and `python -m grokscope`."""

from grokscope.cli import main

if __name__ == "__main__":
    main()
