"""Play rounds of a figure until it has made its trials, going on where it was stopped."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tests.torture import state
from tests.torture.bounds import upper_bound
from tests.torture.rounds import Figure, Round
from tests.torture.state import Progress

SEEDS_APART = 1_000_003
MAX_KEPT = 20
"""So many broken stores are kept for inspection; of further ones, what was wrong alone."""


class Driver:
    """Plays one figure below a folder, in which its progress and its broken stores lie."""

    def __init__(self, name: str, figure: Figure, folder: Path, say: Callable[[str], None]) -> None:
        self._name = name
        self._figure = figure
        self._folder = folder / name
        self._say = say

    def run(self, count: int, seed: int, *, small: bool = False, seconds: float = 0) -> Progress:
        """Play until `count` trials are done, or, where `seconds` are given, so long at most."""
        file = self._folder / "state.json"
        progress = state.load(file)
        end = time.monotonic() + seconds if seconds else float("inf")
        while progress.done < count and time.monotonic() < end:
            progress = self.play(progress, seed, small=small)
            state.save(file, progress)
            self._say(f"{self._name}: {summary(self._figure, progress)}")
        return progress

    def play(self, progress: Progress, seed: int, *, small: bool) -> Progress:
        """Play the next round, and keep its folder where something is wrong in it."""
        number = progress.rounds
        own = seed * SEEDS_APART + number
        place = self._folder / f"round-{number}"
        shutil.rmtree(place, ignore_errors=True)  # of a round that was stopped in its midst
        place.mkdir(parents=True)
        try:
            played = self._figure.play(own, place, small=small)
        except Exception as error:  # noqa: BLE001 - the other rounds go on
            played = Round(1, (f"the round ended with {error!r}",))
        kept = played.problems and len(progress.failed) < MAX_KEPT
        if not kept:
            shutil.rmtree(place, ignore_errors=True)
        for problem in played.problems:
            self._say(f"{self._name}: round {number}, seed {own}: {problem}")
        return progress.after(played, own, str(place) if kept else "")


def summary(figure: Figure, progress: Progress) -> str:
    """Return in one line how far a figure is, and what that proves."""
    bound = upper_bound(progress.failures, progress.done)
    counts = "".join(f", {count:,} {name}" for name, count in sorted(progress.notes.items()))
    return (
        f"{progress.done:,} {figure.UNIT} done, {progress.failures} failed, "
        f"under {bound:.2g} with 95 % confidence (one-sided){counts}"
    )
