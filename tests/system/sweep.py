"""Let every call of a scenario that changes the disk fail in turn, and read what is left.

One process imports everything once; each case runs in a child of it, and is read in another.
"""

import atexit
import contextlib
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.system import reading
from tests.system.acts import Acts, RefusedError, told
from tests.system.scenarios import INLINE_BYTES, SCENARIOS
from tests.system.shim import Shim

KINDS = ("kill", "torn", "short", "enospc", "eio", "edquot", "eacces")
FINAL = ("kill", "torn")
"""Faults after which there is no process to which more could happen."""
MOST_CALLS = 2000


class Case(NamedTuple):
    """One scenario with one fault.

    Attributes:
        scenario: which.
        kind: what happens at the call.
        sticky: whether it happens to all that follow too.
        call: which call it happens to, from 1.
    """

    scenario: str
    kind: str
    sticky: bool
    call: int


class Outcome(NamedTuple):
    """What came of a case: which call failed, empty when none did, and what was wrong then."""

    case: Case
    fired: str
    problems: list[str]


def sweep(folder: Path, scenario: str, *, every: int = 1, first: int = 0) -> Iterator[Outcome]:
    """Yield what comes of each fault of each kind at each call, or at every so many-th.

    Which calls are passed over differs from kind to kind, so that all kinds together meet them all.
    """
    template = prepared(folder, scenario)
    plans = [(kind, sticky) for kind in KINDS for sticky in (False, True)]
    plans = [(kind, sticky) for kind, sticky in plans if not (sticky and kind in (*FINAL, "short"))]
    for number, (kind, sticky) in enumerate(plans):
        for call in range(1 + (number + first) % every, MOST_CALLS, every):
            outcome = _tried(folder, template, Case(scenario, kind, sticky, call))
            yield outcome
            if not outcome.fired:
                break


def prepared(folder: Path, scenario: str) -> Path:
    """Return a folder in which all was done that comes before the scenario."""
    template = folder / f"{scenario}-before"
    (template / ".git").mkdir(parents=True)  # the top of a project: nothing above it is looked at

    def prepare() -> None:
        enter(template, strict=SCENARIOS[scenario].strict)
        SCENARIOS[scenario].before(Acts(folder / "before", Shim()))

    assert in_child(prepare, folder / "before.stderr") == 0, (folder / "before.stderr").read_text()
    return template


def enter(folder: Path, *, strict: bool = False, durability: str = "normal") -> None:
    """Work in a folder, with these settings."""
    os.chdir(folder)
    os.environ["MLTRACK_STRICT"] = str(strict).lower()
    os.environ["MLTRACK_DURABILITY"] = durability
    os.environ["MLTRACK_ARTIFACTS_INLINE_FILE_BYTES"] = str(INLINE_BYTES)


def _tried(folder: Path, template: Path, case: Case) -> Outcome:
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(template, project)
    log, seen = folder / "told", folder / "seen"
    for path in (log, seen, Path(f"{log}.stderr")):
        path.unlink(missing_ok=True)

    def act() -> None:
        shim = Shim()
        scenario = SCENARIOS[case.scenario]
        enter(project, strict=scenario.strict)
        acts = Acts(log, shim)
        shim.arm(project / ".mltrack", case.call, case.kind, sticky=case.sticky)
        try:
            with contextlib.suppress(RefusedError):
                scenario.steps(acts)
            atexit._run_exitfuncs()
        finally:
            shim.disarm()
            seen.write_text(shim.fired())

    status = in_child(act, Path(f"{log}.stderr"))
    fired = seen.read_text() if seen.exists() else f"{case.kind}ed"
    return Outcome(case, fired, [*_crashes(log, status, case), *_found(folder, project, log)])


def _crashes(log: Path, status: int, case: Case) -> Iterator[str]:
    """Yield every error that is not one of ours, and an end that nobody wished."""
    said = told(log)
    trains = SCENARIOS[case.scenario].trains
    for one in said:
        if one.what == "crashed":
            yield f"{one.step}: {one.facts[0]}"
        if one.what == "refused" and trains:
            yield f"the training died at {one.step}: {one.facts}"
    if status and not (status == -9 and case.kind in FINAL):
        yield f"ended with {status}: {Path(f'{log}.stderr').read_text()[-2000:]}"
    noise = Path(f"{log}.stderr").read_text()
    if "Traceback" in noise:
        yield noise[-2000:]
    if any(one.what == "dropped" for one in said) and "mltrack: " not in noise:
        yield "a drop was not said"


def _found(folder: Path, project: Path, log: Path) -> list[str]:
    answer = folder / "answer"
    answer.unlink(missing_ok=True)

    def read() -> None:
        enter(project)
        answer.write_text(json.dumps(reading.problems(told(log))))

    status = in_child(read, folder / "read.stderr")
    if not answer.exists():
        return [f"the reader ended with {status}: {(folder / 'read.stderr').read_text()}"]
    return list(json.loads(answer.read_text()))


def in_child(work: Callable[[], None], stderr: Path) -> int:
    """Do something in a child process and return how it ended; a signal is negative."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        errors = os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(errors, 2)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the child has nobody above it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Print a line of JSON for each case: sweep FOLDER EVERY FIRST SCENARIO..."""
    folder, every, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    warm_up()
    for scenario in sys.argv[4:]:
        if scenario == "model":
            import sklearn.linear_model  # noqa: F401 - once, as above
        for outcome in sweep(folder, scenario, every=every, first=first):
            sys.stdout.write(f"{json.dumps(outcome)}\n")
            sys.stdout.flush()


def warm_up() -> None:
    """Import what the scenarios use, so that no child has to."""
    import mltrack.api.models.packages
    import mltrack.api.projects.running
    import mltrack.api.registry.models
    import mltrack.api.status
    import mltrack.store.artifacts  # noqa: F401


if __name__ == "__main__":
    main()
