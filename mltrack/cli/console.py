"""Where the command line begins: before the first library is loaded, which is most of the work."""

import gc


def main() -> None:
    """Run the command line and exit with its code; what it is loaded from leaves no garbage."""
    gc.disable()
    from mltrack.cli.main import main as run

    run()
