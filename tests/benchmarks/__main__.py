"""Measure how fast mltrack is: make bench ONLY=import,log_metric PEERS=mlflow RUNS=5."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import results
from tests.benchmarks.figures import NAMES, chosen
from tests.benchmarks.peers import PEERS, installed
from tests.benchmarks.place import Place, commit_id

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def main() -> int:
    """Measure the figures that were asked for; return 1 where one could not be measured."""
    asked = _arguments()
    only, peers = (_words(text) for text in (asked.only, asked.peers))
    for words, known in ((only, NAMES), (peers, PEERS)):
        if unknown := set(words) - set(known):
            sys.stderr.write(f"no {', '.join(sorted(unknown))} here; {', '.join(known)}\n")
            return 2
    folder = Path(asked.folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if asked.docs:
        results.rewrite(PAGE, results.load(folder))
        return 0
    with tempfile.TemporaryDirectory(dir=folder, prefix="scratch-") as scratch:
        place = Place(folder, Path(scratch), runs=asked.runs, small=asked.small)
        place.peers = {name: installed(name, folder) for name in peers}
        return _measured(place, only)


def _measured(place: Place, only: list[str]) -> int:
    place.compile()
    found, failed, commit = results.load(place.folder), 0, commit_id()
    for figure in chosen(only, place.peers):
        place.figure = figure.name
        try:
            measured = figure.measure(place)
        except Exception as error:  # noqa: BLE001 - the other figures are measured all the same
            failed += 1
            _say(f"{figure.name}: could not be measured: {error}")
            continue
        found[figure.name] = results.result(measured, commit)
        results.save(place.folder, found)
        _say(results.line(figure, measured))
    _say(f"written: {place.folder / results.JSON}, {place.folder / results.MARKDOWN}")
    return 1 if failed else 0


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help=f"figures, with commas: {', '.join(NAMES)}")
    parser.add_argument("--peers", default="", help=f"others to race: {', '.join(PEERS)}")
    parser.add_argument("--runs", type=int, default=0, help="try each pair so often")
    parser.add_argument("--small", action="store_true", help="try the bench itself, with little")
    parser.add_argument("--docs", action="store_true", help="put the results into the docs")
    parser.add_argument(
        "--folder", default=os.environ.get("BENCH_DIR") or ".bench", help="where it all lies"
    )
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("stopped; what was measured so far is kept\n")
        sys.exit(130)
