"""Try the promises of the store as long as you like: make torture N=10000 ONLY=kills."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.support.world import isolated_variables, removed_variables
from tests.torture.driver import Driver, summary
from tests.torture.figures import NAMES, figure


def main() -> int:
    """Play the figures that were asked for, and return 1 where a promise was broken."""
    asked = _arguments()
    unknown = set(asked.only.split(",")) - {*NAMES, ""}
    if unknown:
        sys.stderr.write(f"no such figure: {', '.join(sorted(unknown))}; {', '.join(NAMES)}\n")
        return 2
    if asked.count < 0 or asked.seconds < 0:
        sys.stderr.write("a count and a time cannot be less than nothing\n")
        return 2
    folder = Path(asked.folder).absolute()
    failures = 0
    with tempfile.TemporaryDirectory() as home:
        _leave_the_users_world(Path(home) / "home")
        for name in asked.only.split(",") if asked.only else NAMES:
            module = figure(name)
            _say(f"{name}: {module.PROMISE}")
            driver = Driver(name, module, folder, _say)
            count = asked.count or module.GOAL
            done = driver.run(count, asked.seed, small=asked.small, seconds=asked.seconds)
            failures += done.failures
            _say(f"{name}: {summary(module, done)}")
            for failed in done.failed:
                _say(f"{name}: round {failed.number} is kept at {failed.kept or 'no place'}")
    return 1 if failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--only", default="", help=f"figures, with commas: {', '.join(NAMES)}")
    parser.add_argument("-n", "--count", type=int, default=0, help="trials of each figure")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another history")
    parser.add_argument("--seconds", type=float, default=0, help="stop each figure after so long")
    parser.add_argument("--small", action="store_true", help="play rounds of the smallest size")
    parser.add_argument(
        "--folder", default=os.environ.get("TORTURE_DIR") or ".torture", help="where it all lies"
    )
    return parser.parse_args()


def _leave_the_users_world(home: Path) -> None:
    for name in removed_variables():
        del os.environ[name]
    os.environ.update(isolated_variables(home))
    os.environ["MLTRACK_CAPTURE_CODE"] = "false"
    os.environ["MLTRACK_CAPTURE_PACKAGES"] = "false"
    os.environ["MLTRACK_USER"] = "Ada Lovelace <ada@example.org>"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the same command goes on from here\n")
        sys.exit(130)
