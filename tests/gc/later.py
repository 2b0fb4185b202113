"""Run the mltrack command on a later day: `python later.py DAYS COMMAND...`."""

import sys
import time

DAY_SECONDS = 86_400


def main() -> None:
    days = int(sys.argv.pop(1))
    today = time.time
    time.time = lambda: today() + days * DAY_SECONDS
    from mltrack.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
