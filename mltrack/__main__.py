"""Let `python -m mltrack` be the command."""

from mltrack.cli.console import main

if __name__ == "__main__":
    main()
