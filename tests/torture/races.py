"""Many processes at once: on one run, on new runs, and on the versions of one model."""

import random
from collections import Counter
from functools import partial
from pathlib import Path

import mltrack
from mltrack.api.store import opened_store, use
from mltrack.api.tracking.active import ActiveRun, _arrived
from mltrack.store.store import Store
from tests.registry.project import package
from tests.torture.acts import CONFIG
from tests.torture.facts import Facts
from tests.torture.lives import Life, Tell
from tests.torture.rounds import Round

UNIT = "races of 8 processes"
PROMISE = "no point, run or version is lost, no number is given twice, and nobody is refused"
GOAL = 20
PROCESSES, FEW_PROCESSES = 8, 4
POINTS, FEW_POINTS = 1_000, 50
VERSIONS, FEW_VERSIONS = 20, 3
PATIENCE_SECONDS = 120


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Let processes log to one run, make runs and register versions, all at the same time."""
    store = Store.create(folder / "project" / ".mltrack")
    store.layout.config.write_text(CONFIG, encoding="utf-8")
    use(store=str(store.root))
    (folder / "outside").mkdir()
    processes = FEW_PROCESSES if small else PROCESSES
    points, versions = (FEW_POINTS, FEW_VERSIONS) if small else (POINTS, VERSIONS)
    facts = Facts()
    lives = [Life(partial(_hold_a_run, lives=processes), facts)]
    run_id = _shared_run(lives[0], facts)
    for number in range(processes):
        work = partial(
            _compete, run_id, number, points=points, versions=versions, outside=folder / "outside"
        )
        lives.append(Life(work, facts))
    for life in lives[1:]:
        life.listen(PATIENCE_SECONDS)
    for life in (*lives[1:], lives[0]):
        life.end()
    errors = [line for life in lives for line in life.errors]
    errors += _wrong(run_id, facts, processes, points, versions)
    problems = ("; ".join(errors[:5]),) if errors else ()
    return Round(1, problems, (("points", processes * points), ("versions", processes * versions)))


def _hold_a_run(tell: Tell, *, lives: int) -> None:
    """Begin the run that all share, and hold it until the others are done."""
    import time

    run = mltrack.start_run(name=f"shared by {lives}")
    tell("ok", [(("run", run.id), True)])
    while True:
        time.sleep(1)


def _shared_run(holder: Life, facts: Facts) -> str:
    while not list(facts.names("run")) and holder.listen(0.05):
        pass
    return next(facts.names("run"))


def _compete(
    run_id: str, number: int, tell: Tell, *, points: int, versions: int, outside: Path
) -> None:
    """Log points to the shared run, each of this process alone, and register models."""
    store = opened_store()
    run: ActiveRun = _arrived(str(store.root), run_id)
    for step in range(points):
        run.log_metric("loss", number * points + step, step=step)
    run.finish()
    chance = random.Random(number)
    for made in range(versions):
        folder = package(outside / f"{number}-{made}", f"{number} {made} {chance.random()}")
        with mltrack.start_run(name=f"{number} {made}") as own:
            own.log_artifact(folder, "model")
        version = mltrack.register_model(own.id, "churn")
        tell("ok", [(("run", own.id), True), (("version", "churn", version.id), version.number)])


def _wrong(run_id: str, facts: Facts, processes: int, points: int, versions: int) -> list[str]:
    found: list[str] = []
    logged = Counter(p.value for p in mltrack.get_run(run_id).history("loss", all=True))
    if set(logged) != set(range(processes * points)) or set(logged.values()) != {1}:
        found.append(f"{len(logged)} points of {processes * points}")
    here = {run.id for run in mltrack.search_runs()}
    found += [f"run {run} is not there" for run in set(facts.names("run")) - here]
    model = mltrack.get_model("churn")
    numbers = {version.id: version.number for version in model.versions}
    said = {k[2]: next(iter(v)) for k, v in facts.allowed.items() if k[0] == "version"}
    if said != numbers or sorted(said.values(), key=str) != sorted(numbers.values(), key=str):
        found.append(f"the versions are {numbers}, and {said} were acknowledged")
    if sorted(n or 0 for n in numbers.values()) != list(range(1, processes * versions + 1)):
        found.append(f"the numbers are {sorted(n or 0 for n in numbers.values())}")
    return found
