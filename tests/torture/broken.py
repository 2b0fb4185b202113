"""One file of a store is broken: all other runs are listed as they were, and one warning is given.

What no listing shows (a journal that the record of its run covers) must be named by fsck, which is
asked about each broken file. A flipped bit in a text that no digest covers may be past finding: in
config.yaml, and in what a writer wrote who came after the creator.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mltrack
from mltrack.api.fsck import check_store
from mltrack.api.registry.models import list_models
from mltrack.api.runs.search import Runs
from mltrack.api.store import use
from mltrack.errors import MltrackError
from mltrack.store.ids import is_id
from mltrack.store.layout import HIDDEN_FOLDERS
from mltrack.store.store import Store
from tests.registry.project import package
from tests.torture.acts import CONFIG
from tests.torture.rounds import Round

UNIT = "broken files"
PROMISE = "one broken file costs one warning, never another run or the listing, and fsck names it"
GOAL = 400
RUNS, FEW_RUNS = 1_000, 12
FILES, FEW_FILES = 20, 10
_OF_A_WRITER = {"metrics.jsonl", "artifacts.yaml"}


def _emptied(_: bytes, __: random.Random) -> bytes:
    return b""


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(max(1, len(data)))]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(max(1, len(data)))
    return (
        data[:at]
        + bytes(byte ^ (1 << chance.randrange(8)) for byte in data[at : at + 1])
        + (data[at + 1 :])
    )


def _conflicted(data: bytes, _: random.Random) -> bytes:
    return b"<<<<<<< ours\n" + data + b"=======\n" + data + b">>>>>>> theirs\n"


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_emptied, _truncated, _flipped, _conflicted),
)


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Break one file after another, each as often as its sort, and put it back."""
    chance = random.Random(seed)
    root = folder / "project" / ".mltrack"
    _make(root, FEW_RUNS if small else RUNS, folder / "outside")
    use(store=str(root))
    by_sort = _sorts(root)
    whole = _listed(mltrack.search_runs())
    counts: Counter[str] = Counter()
    problems: list[str] = []
    count = FEW_FILES if small else FILES
    for _ in range(count):
        path = chance.choice(by_sort[chance.choice(sorted(by_sort))])
        way = chance.choice(WAYS)
        data = path.read_bytes()
        harm = way(data, chance)
        path.chmod(0o644)
        path.write_bytes(harm)
        what = f"{path.relative_to(root)} {way.__name__.strip('_')}"
        if harm != data:
            told = _told(root, path, whole, counts, flipped=way is _flipped)
            problems += [f"{what}: {'; '.join(told)}"] if told else []
        path.write_bytes(data)
    return Round(count, tuple(problems), tuple(sorted(counts.items())))


def _make(root: Path, runs: int, outside: Path) -> None:
    """Make a store of so many runs, some with files, a model, an annotation or another writer."""
    store = Store.create(root)
    config = f"{CONFIG}durability: none\ncapture: {{code: false, packages: false}}\n"
    store.layout.config.write_text(config, encoding="utf-8")
    use(store=str(root))
    outside.mkdir()
    large = outside / "large.bin"
    large.write_bytes(bytes(range(256)) * 20)
    for number in range(runs):
        with mltrack.start_run(name=f"run {number}", params={"lr": number}) as run:
            run.log_metric("loss", number)
            if number % 5 == 0:
                run.log_artifact(package(outside / f"model-{number}", f"{number}"), "model")
                run.log_artifact(large)
        if number % 10 == 0:
            mltrack.register_model(run.id, "churn")
            mltrack.tag_run(run.id, {"seen": "yes"})
        if number % 11 == 0:
            with mltrack.start_run(resume=run.id) as again:
                again.log_metric("loss", number)
    shutil.rmtree(outside)


def _sorts(root: Path) -> dict[str, list[Path]]:
    """Return the files of a store by sort, which is the name or the folder that tells it."""
    sorts: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        shown = parts[0] not in HIDDEN_FOLDERS or (parts[0] == "objects" and len(parts) > 2)
        if path.is_file() and shown:
            sort = parts[0] if parts[0] != "runs" else path.name
            sorts.setdefault("artifact" if "artifacts" in parts else sort, []).append(path)
    return sorts


def _listed(runs: Runs) -> dict[str, object]:
    return {run.id: run.to_json() for run in runs}


def _told(
    root: Path, path: Path, whole: dict[str, object], counts: Counter[str], *, flipped: bool
) -> list[str]:
    """Return what was not as it must be while one file is broken."""
    try:
        runs, models = mltrack.search_runs(), list_models()
    except MltrackError as error:
        counts["refused"] += 1
        return [] if path.name == "config.yaml" else [f"the listing raised {error!r}"]
    seen = _listed(runs)
    changed = {run_id for run_id in whole if seen.get(run_id) != whole[run_id]}
    warnings = [*runs.warnings, *models.warnings]
    named = _is_named(root, path)
    counts["said in listings"] += bool(warnings)
    counts["named by fsck"] += named
    found: list[str] = []
    if len(changed) > 1 or len(warnings) > 1:
        found.append(f"{len(changed)} runs changed, {len(warnings)} warnings: {warnings[:3]}")
    if not named and not warnings:
        if flipped and _is_unproven(path):
            counts["flips that nothing shows"] += 1
        else:
            found.append("nobody says it")
    return found


def _is_unproven(path: Path) -> bool:
    """Tell whether no digest covers a text, so that what a flip leaves may say something else."""
    later = "+" in path.parent.name
    return path.name == "config.yaml" or (later and path.name in _OF_A_WRITER)


def _is_named(root: Path, path: Path) -> bool:
    name = path.relative_to(root).as_posix()
    folder = next((part for part in path.relative_to(root).parts if is_id(part[:24])), "")
    only = [folder[:24]] if folder and name.startswith("runs/") else []
    return any(finding.path == name for finding in check_store(only).findings)
