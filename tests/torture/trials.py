"""Give generated inputs to one reader after another, in a process of its own that may crash.

python -m tests.torture.trials SEED COUNT FOLDER: problems go to standard output, a line each. The
input that is read just now stands in `FOLDER/input`, so that it is there after a crash.
"""

import hashlib
import json
import mmap
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import yaml
from hypothesis import strategies as st

import mltrack
from mltrack.api.registry.history import registry_history
from mltrack.api.registry.models import list_models
from mltrack.api.registry.rows import whole_model
from mltrack.api.selectors import parts_of
from mltrack.api.store import use
from mltrack.cli.cells import safe
from mltrack.errors import MltrackError
from mltrack.models import codec as packages
from mltrack.projects.file import codec as projects
from mltrack.projects.spec import FILE_NAME
from mltrack.query.keys import metric_key
from mltrack.registry import references
from mltrack.store import ids
from mltrack.store.events import EVENT_NAME
from mltrack.store.journal import encode_row, jsonable
from mltrack.store.journal_reader import rows_of
from mltrack.store.manifest import checked_path, decode_manifest, encode_manifest
from mltrack.store.names import check_name, folder_of, is_plain
from mltrack.store.portable import is_portable
from mltrack.store.settings import resolve
from mltrack.store.yaml_reader import parse
from mltrack.store.yaml_writer import dump
from mltrack.tracking import codec as records
from mltrack.tracking.fold import Journal, fold
from mltrack.tracking.history import history_of
from tests.query.rows import row
from tests.support.definition import filtered
from tests.torture import inputs

PROJECT = Path(__file__).parents[2] / "examples" / "diagnosis" / "project.yaml"
MAX_SECONDS = 1.0
MUTATIONS = 40
MAX_TOLD = 20
RUNS = [
    row("a", params={"lr": 0.1, "s": "x"}, metrics={"acc": 0.9}, summaries={"acc": {"max": 1}}),
    row("b", params={"lr": "auto"}, metrics={"acc": "NaN"}, tags={"a b": True}),
]


class WrongError(Exception):
    """What was read is not what was written."""


def same(one: object, other: object, what: str) -> None:
    """Make sure that two values are alike to the last digit."""
    if repr(one) != repr(other):
        raise WrongError(f"{what}: {one!r:.200} became {other!r:.200}")


def yaml_file(data: bytes, chance: random.Random) -> None:
    """Read a file of YAML as text and as everything that it could be, and write it again."""
    value = parse(data, "file").value
    if isinstance(value, dict):
        again = dump(value)
        same(value, parse(again, "again").value, "read again")
        if chance.random() < 0.02:
            same(value, yaml.safe_load(again), "read by others")
    for read in (_record, _manifest, _package):
        with suppress(MltrackError):
            read(data)


def _record(data: bytes) -> None:
    records.decode(data, "run.yaml")
    records.decode(records.encode(records.fields_to_rewrite(data, "run.yaml")), "again")


def _manifest(data: bytes) -> None:
    read = decode_manifest(data, Path("artifacts.yaml"))
    again = decode_manifest(encode_manifest(read), Path("again"))
    same(sorted(read.entries.items()), sorted(again.entries.items()), "a manifest")


def _package(data: bytes) -> None:
    packages.decode(data, "model.yaml")


def journal(data: bytes, _: random.Random) -> None:
    """Read a journal, fold it beside another one, and write its rows again."""
    read = list(rows_of(data.split(b"\n")))
    for each in read:
        if each is not None:
            same([jsonable(each)], list(rows_of([encode_row(each)])), "a row")
    both = [Journal("main", read), Journal("aaaaaaaa", list(reversed(read)))]
    fold(both)
    fold(both[:1])
    history_of(both, "loss")


def where(data: bytes, _: random.Random) -> None:
    """Filter runs, and none."""
    text = data.decode("utf-8", "surrogateescape")
    for runs in (RUNS, []):
        with suppress(MltrackError):
            filtered(runs, text)


def name(data: bytes, _: random.Random) -> None:
    """Take a text for everything that people name things with."""
    text = data.decode("utf-8", "surrogateescape")
    readers: tuple[Callable[[str], object], ...] = (
        *(references.parse, references.parse_registered, metric_key, parts_of, ids.is_id, _path),
        *(is_plain, is_portable, _folder),
    )
    for read in readers:
        with suppress(MltrackError):
            read(text)


def _path(text: str) -> None:
    path = checked_path(text)
    if path.startswith("/") or ".." in path.split("/") or safe(path) != path:
        raise WrongError(f"the path {path!r} leads out or is not printable")


def _folder(text: str) -> None:
    folder = folder_of(check_name(text, "model"))
    if not folder.isascii() or folder.startswith((".", "-")) or set(folder) & set("/\\\0 "):
        raise WrongError(f"{folder!r} cannot be a folder")


class Reader(NamedTuple):
    """Something that reads, and what it is given; of each hundred inputs it gets `share`."""

    read: Callable[[bytes, random.Random], None]
    given: st.SearchStrategy[bytes]
    share: int


READERS = {
    "yaml": Reader(yaml_file, inputs.YAML, 39),
    "journal": Reader(journal, inputs.JOURNALS, 30),
    "where": Reader(where, inputs.FILTER_BYTES, 15),
    "name": Reader(name, inputs.NAME_BYTES, 15),
}
STORES = 1  # of each hundred inputs, this many are files of a whole store


class Trials:
    """Reads inputs, and tells once of each thing that goes wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: set[str] = set()
        file = folder / "input"
        file.write_bytes(bytes(inputs.MAX_BYTES + 100))
        with file.open("r+b") as opened:
            self._shown = mmap.mmap(opened.fileno(), 0)

    def trial(self, kind: str, read: Callable[[], object], data: bytes) -> None:
        """Read an input; only an error that a user can act on may come of it, and soon."""
        head = f"{kind} {len(data):7d}\n".encode()
        self._shown[: len(head) + len(data)] = head + data
        began = time.process_time()
        try:
            read()
        except MltrackError as error:
            problem = "" if str(error) else "an error without words"
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            problem = f"{type(error).__name__}: {error}"
        else:
            problem = ""
        took = time.process_time() - began
        if took > MAX_SECONDS:
            problem = f"it took {took:.1f} s of CPU {problem}"
        if problem:
            self._tell(f"{kind}: {problem[:150]}", data)

    def _tell(self, problem: str, data: bytes) -> None:
        key = problem[:40]
        if key not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(key)
            kept = self._folder / f"problem-{len(self._told)}"
            kept.write_bytes(data)
            print(json.dumps(f"{problem}: {data!r:.200}"), flush=True)  # noqa: T201


def play(kind: str, reader: Reader, trials: Trials, seed: int, count: int) -> None:
    """Give so many inputs to a reader."""
    mutations = min(MUTATIONS, count)

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=max(1, count // mutations),
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.generate,),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(reader.given, st.integers(0, 2**64))
    def one(data: bytes, own: int) -> None:
        chance = random.Random(own)
        for changed in inputs.mutations(data, chance, mutations):
            trials.trial(kind, partial(reader.read, changed, chance), changed)

    one()


class Place:
    """The golden store, copied, one file of which is another one while it is read."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / ".mltrack"
        shutil.copytree(inputs.GOLDEN, self.root)
        self._files = sorted(p for p in self.root.rglob("*") if p.suffix in {".yaml", ".jsonl"})

    def inputs(self, chance: random.Random, count: int) -> Iterator[tuple[Path, bytes]]:
        """Yield a file of the store, and what stands there instead."""
        while count > 0:
            path = PROJECT if chance.random() < 0.2 else chance.choice(self._files)
            several = min(count, 5)
            yield from ((path, d) for d in inputs.mutations(path.read_bytes(), chance, several))
            count -= several

    def read(self, path: Path, data: bytes) -> None:
        """Read the whole store with one file of it changed, or a project."""
        if path == PROJECT:
            (self.root.parent / FILE_NAME).write_bytes(data)
            projects.read(self.root.parent)
            return
        before = path.read_bytes()
        place = _right_name(path, data)
        path.unlink()
        place.write_bytes(data)
        try:
            _look(path)
        finally:
            place.unlink()
            path.write_bytes(before)


def _right_name(path: Path, data: bytes) -> Path:
    """Return the name that an event with these bytes bears, so that they are looked at."""
    start, dot, last = path.name.rpartition(".yaml")[0].rpartition(".")
    if not EVENT_NAME.match(last):
        return path
    digest = hashlib.sha256(data).hexdigest()[:20]
    return path.with_name(f"{start}{dot}{last[:13]}{digest}.yaml")


def _look(path: Path) -> None:
    """Ask for all that the listings show, and for each run that the file is of."""
    listed = mltrack.search_runs(deleted=True)
    shown: list[Any] = [run.to_json() for run in listed]
    for run_id in {run.id for run in listed if run.id in str(path)}:
        run = mltrack.get_run(run_id)
        shown += [run.to_json(), *(run.history(metric, all=True) for metric in run.metrics)]
    shown += [one.to_json() for one in mltrack.list_experiments(deleted=True).found]
    shown += [whole_model(state) for state in list_models().models]
    with suppress(MltrackError):
        registry_history()
    with suppress(MltrackError):
        resolve(store=path.parents[-1])


def main() -> None:
    """Play so many trials as the command line says."""
    seed, count, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    seconds = 120 + count // 50
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    trials = Trials(folder)
    for kind, reader in READERS.items():
        play(kind, reader, trials, seed, count * reader.share // 100)
    place = Place(folder)
    use(store=str(place.root))
    chance = random.Random(seed)
    for path, data in place.inputs(
        chance, count - sum(count * reader.share // 100 for reader in READERS.values())
    ):
        trials.trial(path.name, partial(place.read, path, data), data)
    print("done")  # noqa: T201


if __name__ == "__main__":
    main()
