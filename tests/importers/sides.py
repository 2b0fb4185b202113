"""Two stores that know nothing of each other: runs made by real processes, and what lies where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mltrack.api import store as chosen_store
from mltrack.api.imports import import_runs
from mltrack.importers.entities import Imported
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run
from tests.support.programs import Programs
from tests.support.repository import Repository

SHARED = ("runs", "annotations", "experiments", "models", "objects")
RUN = """
import mltrack, sys
with mltrack.start_run(name="train", params={"lr": 0.1}) as run:
    run.log_metric("acc", 0.5)
    with open("plot.txt", "w") as file: file.write("a plot")
    run.log_artifact("plot.txt", to="plots/plot.txt")
    with open("big.bin", "wb") as file: file.write(b"0123456789" * 200_000)
    run.log_artifact("big.bin")
print(run.id)
"""
SMALL = """
import mltrack, sys
for number in range(int(sys.argv[1])):
    with mltrack.start_run(name=f"run {number}") as run:
        run.log_metric("acc", 0.5)
    print(run.id)
"""
GROWING = """
import mltrack, sys
run = mltrack.start_run(name="long")
run.log_metric("loss", 0.5)
with open("last.txt", "w") as file: file.write("first")
run.log_artifact("last.txt")
print(run.id, flush=True)
sys.stdin.readline()
for step in range(1, 4):
    run.log_metric("loss", 0.5 / step, step=step)
with open("last.txt", "w") as file: file.write("second")
run.log_artifact("last.txt")
with open("new.txt", "w") as file: file.write("new")
run.log_artifact("new.txt")
run.finish()
"""
LATE = """
import mltrack, sys
with mltrack.start_run(resume=sys.argv[1]) as run:
    run.log_metric(sys.argv[2], 1.0)
print(run.id)
"""


@dataclass(frozen=True, slots=True)
class Side:
    """A project with a store of its own."""

    repo: Repository

    @classmethod
    def create(cls, path: Path) -> "Side":
        side = cls(Repository.create(path))
        Store.create(side.root)
        return side

    @property
    def path(self) -> Path:
        return self.repo.path

    @property
    def root(self) -> Path:
        return self.repo.path / ".mltrack"

    @property
    def store(self) -> Store:
        return Store(self.root)

    @property
    def programs(self) -> Programs:
        return Programs(self.path)

    def run(self, source: str = RUN, *arguments: str) -> str:
        """Run a program here, and return the last line that it printed: the id of its run."""
        return self.programs.run(source, *arguments).out.splitlines()[-1]

    def imports(self, other: "Side | Path | str", **options: Any) -> Imported:
        """Import another store into this one."""
        chosen_store.use(str(self.root))
        return import_runs(other.path if isinstance(other, Side) else other, **options)

    def use(self) -> None:
        """Mean this store from now on."""
        chosen_store.use(str(self.root))

    def record(self, run_id: str) -> RunRecord:
        return load_run(self.store, run_id)

    @property
    def run_ids(self) -> list[str]:
        listing = list_runs(self.store)
        assert listing.warnings == []
        return [run.id for run in listing.runs]

    def folder(self, run_id: str) -> Path:
        return self.store.layout.run_folder(run_id)

    def files(self) -> dict[str, bytes]:
        """Return all that another store may have from here, by path."""
        found = (path for top in SHARED for path in (self.root / top).rglob("*"))
        plain = (p for p in found if p.is_file() and p != self.root / "objects" / ".gitignore")
        return {str(path.relative_to(self.root)): path.read_bytes() for path in plain}

    def leftovers(self) -> list[str]:
        """Return the names of what was left in `tmp`."""
        return sorted(p.name for p in (self.root / "tmp").iterdir() if p.name != ".gitignore")
