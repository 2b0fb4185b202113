"""The project that tests damage: two runs, an experiment, a model of a run, one of a folder."""

from pathlib import Path
from tempfile import mkdtemp

import pytest

import mltrack
from mltrack.api.tracking.active import ActiveRun
from mltrack.fsck.check import check
from mltrack.fsck.entities import Finding, Repair, Report
from mltrack.fsck.kinds import Kind
from mltrack.fsck.repair import repair
from mltrack.fsck.staged import check_index
from mltrack.store.store import Store
from tests.registry.project import package
from tests.support.repository import Repository

MODEL = "churn"
LARGE = b"x" * (1024 * 1024 + 1)


def build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the project as `ruin` in a folder, with all of it committed."""
    building = Path(mkdtemp(dir=folder))
    repo = Repository.create(building / "ruin")
    with monkeypatch.context() as patch:
        patch.chdir(repo.path)
        mltrack.init_store()
        patch.setenv("MLTRACK_CAPTURE_CODE", "true")
        repo.write("train.py", "print('not committed')\n")
        with mltrack.start_run(name="first", experiment="wide") as run:
            _log(run, repo.write("out/plot.svg", "<svg>a plot</svg>\n"))
            large = repo.path / "out" / "weights.bin"
            large.write_bytes(LARGE)
            run.log_artifact(large, to="weights.bin")
        model = package(building / "package")
        with mltrack.start_run(name="second") as run:
            _log(run, repo.write("out/plot.svg", "<svg>another</svg>\n"))
            run.log_artifact(model, to="model")
        mltrack.register_model(run.id, MODEL)
        mltrack.register_model(package(building / "other", "other"), MODEL)
        mltrack.promote_model(f"{MODEL}/1", to="production", reason="the best")
        mltrack.tag_run(run.id, {"team": "red"})
        mltrack.rename_run(run.id, "renamed")
        mltrack.rename_experiment("wide", "wider")
    repo.write(".gitignore", "out\n")
    repo.commit("Record everything")
    repo.path.rename(folder / "ruin")


def _log(run: ActiveRun, plot: Path) -> None:
    for step in range(3):
        run.log_metric("loss", 1 / (step + 1))
    run.log_param("lr", 0.1)
    run.log_artifact(plot, to="plots/plot.svg")


class Ruin:
    """The project: where its files are, and what a check says of it."""

    def __init__(self, repo: Repository) -> None:
        self.repo = repo
        self.store = Store(repo.path / ".mltrack")
        self.root = self.store.root
        records = {p.parent.name: p.read_text() for p in self.root.glob("runs/*/*/*/run.yaml")}
        self.runs = sorted(records, key=lambda run_id: 'name: "first"' not in records[run_id])
        """The ids of the runs `first` and `second`."""

    @property
    def first(self) -> Path:
        return self.store.layout.run_folder(self.runs[0])

    @property
    def second(self) -> Path:
        return self.store.layout.run_folder(self.runs[1])

    @property
    def record(self) -> Path:
        return self.first / "run.yaml"

    @property
    def journal(self) -> Path:
        return self.first / "metrics.jsonl"

    @property
    def plot(self) -> Path:
        return self.first / "artifacts" / "plots" / "plot.svg"

    @property
    def manifest(self) -> Path:
        return self.first / "artifacts.yaml"

    @property
    def events(self) -> list[Path]:
        return sorted((self.root / "models" / MODEL / "events").iterdir())

    @property
    def annotation(self) -> Path:
        return min((self.root / "annotations").glob("*/*/*.yaml"))

    @property
    def object(self) -> Path:
        return next(p for p in (self.root / "objects").glob("??/*") if p.is_file())

    def path(self, file: Path) -> str:
        """Return a file's path in the store."""
        return file.relative_to(self.root).as_posix()

    def forget_git(self) -> None:
        """Leave nothing that git could bring back."""
        (self.repo.path / ".git").rename(self.repo.path.parent / "git-of-ruin")

    def check(self, *only: str) -> Report:
        return check(Store(self.root), only)

    def repair(self, *, dry_run: bool = False) -> Repair:
        return repair(Store(self.root), dry_run=dry_run)

    def staged(self) -> tuple[Finding, ...]:
        return check_index(self.repo.path).findings

    def kinds(self, *only: str) -> list[Kind]:
        return [finding.kind for finding in self.check(*only).findings]

    def quarantined(self) -> dict[str, bytes]:
        """Return what was set aside, by its path in the store."""
        top = self.root / "quarantine"
        files = [p for p in top.glob("*/**/*") if p.is_file() or p.is_symlink()]
        return {
            "/".join(p.relative_to(top).parts[1:]): b"" if p.is_symlink() else p.read_bytes()
            for p in files
        }


def write(path: Path, data: bytes | str) -> None:
    """Change a file that may be read-only."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
