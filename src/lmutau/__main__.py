"""``python -m lmutau``: the command line."""

from lmutau.cli import main

if __name__ == "__main__":
    main()
