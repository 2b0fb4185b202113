"""Record a scenario, and read what a power cut at any of its moments may leave.

One process imports everything once; the scenario runs in a child of it, and each rest is read in
another.
"""

import contextlib
import json
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.system import reading
from tests.system.acts import Acts, RefusedError, Said
from tests.system.disk import MODES, Call, Disk, calls_in
from tests.system.scenarios import SCENARIOS
from tests.system.shim import Shim
from tests.system.sweep import enter, in_child, prepared, warm_up

ROWS = {"metric", "param", "tag"}
"""What `normal` makes safe a second later or when the run ends, and `full` at once."""


class Outcome(NamedTuple):
    """What was wrong after a power cut before a call; the names tell which cut it was."""

    scenario: str
    durability: str
    mode: str
    moment: int
    problems: list[str]


def cuts(
    folder: Path, scenario: str, durability: str, *, every: int, seed: int
) -> Iterator[Outcome]:
    """Yield what is left by a power cut at every so many-th moment, in each mode."""
    project = prepared(folder, scenario)
    log, told = folder / "log", folder / "told"
    for path in (log, told):
        path.unlink(missing_ok=True)

    def act() -> None:
        shim = Shim()
        enter(project, durability=durability)
        shim.record(project, log)
        with contextlib.suppress(RefusedError):
            SCENARIOS[scenario].steps(Acts(told, shim))
        shim.disarm()

    disk = Disk(project)
    assert in_child(act, folder / "told.stderr") == 0, (folder / "told.stderr").read_text()
    calls = calls_in(log)
    chance = random.Random(seed)
    done = 0
    for moment in range(chance.randrange(every), len(calls) + 1, every):
        disk.replay(calls[done:moment])
        done = moment
        promised = list(_promised(calls[:moment], durability, trains=SCENARIOS[scenario].trains))
        for mode in MODES:
            rest = folder / "rest"
            shutil.rmtree(rest, ignore_errors=True)
            disk.cut(mode, chance, rest)
            problems = _read(folder, rest, promised, promises=durability != "none")
            yield Outcome(scenario, durability, mode, moment, problems)


def _promised(calls: Sequence[Call], durability: str, *, trains: bool) -> Iterator[Said]:
    """Yield what was told until now; what needs not be safe yet counts as tried only."""
    said = [Said(*json.loads(call.arguments[0])) for call in calls if call.name == "note"]
    ended = {one.facts[0] for one in said if (one.what, one.step) == ("done", "finish")}
    for one in said:
        late = one.step in ROWS and durability != "full" and one.facts[0] not in ended
        if durability == "none" or (late and trains):
            yield one._replace(what="tried")
        else:
            yield one


def _read(folder: Path, rest: Path, promised: list[Said], *, promises: bool) -> list[str]:
    answer = folder / "answer"
    answer.unlink(missing_ok=True)
    errors = folder / "read.stderr"
    errors.unlink(missing_ok=True)

    def read() -> None:
        enter(rest)
        answer.write_text(json.dumps(reading.problems(promised, heal=True)))

    status = in_child(read, errors)
    if not answer.exists():
        return [f"the reader ended with {status}: {errors.read_text()}"]
    found: list[str] = json.loads(answer.read_text())
    return found if promises else [problem for problem in found if "Traceback" in problem]


def main() -> None:
    """Print a line of JSON for each cut: powercut FOLDER EVERY SEED SCENARIO/DURABILITY..."""
    folder, every, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    warm_up()
    for text in sys.argv[4:]:
        scenario, durability = text.split("/")
        own = folder / f"{scenario}-{durability}"
        own.mkdir()
        for outcome in cuts(own, scenario, durability, every=every, seed=seed):
            sys.stdout.write(f"{json.dumps(outcome)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
