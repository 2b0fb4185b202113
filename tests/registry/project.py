"""A project as its people see it: runs with a model, versions, branches."""

from pathlib import Path

import mltrack
from mltrack.models import codec, manifest
from mltrack.models.entities import PackageFacts
from mltrack.registry.entities import Version
from mltrack.registry.moves import Promotion
from mltrack.store.store import Store
from tests.support.repository import Repository

NAME = "churn"


def package(folder: Path, weights: str = "weights") -> Path:
    """Write a model package that nobody can load, which is all that the registry needs."""
    (folder / "data").mkdir(parents=True)
    facts = PackageFacts(
        flavor="sklearn",
        executes_code=True,
        python="3.11",
        requirements="requirements.txt",
        details={},
    )
    (folder / codec.NAME).write_bytes(codec.encode(facts))
    (folder / "data" / "model.bin").write_text(weights, encoding="utf-8")
    manifest.write(folder)
    return folder


class Project:
    """A repository with a store; the test stands in it."""

    def __init__(self, repo: Repository, outside: Path, *, made: int = 0) -> None:
        self.repo = repo
        self._outside = outside
        self._made = made  # packages, of which each is another one

    @property
    def store(self) -> Store:
        return Store(self.repo.path / ".mltrack")

    @property
    def events(self) -> list[Path]:
        return sorted((self.store.root / "models").glob("*/events/*"))

    def package(self, weights: str = "") -> Path:
        """Return a package outside of the repository, another one each time."""
        self._made += 1
        return package(self._outside / f"package-{self._made}", weights or f"w{self._made}")

    def run(self, *models: str, accuracy: float = 0.9) -> str:
        """Make a run with models and return its id."""
        with mltrack.start_run(name="train") as run:
            run.log_metric("accuracy", accuracy)
            for model in models or ("model",):
                run.log_artifact(self.package(), to=model)
        return run.id

    def register(self, name: str = NAME) -> Version:
        return mltrack.register_model(self.run(), name)

    def promote(self, version: str, to: str) -> Promotion:
        return mltrack.promote_model(version, to=to, reason="good enough")

    def contest(self) -> None:
        """Register two versions, promote each on a branch of its own, and merge the branches."""
        self.register()
        self.register()
        self.repo.commit("Register two versions")
        for branch, version in (("ours", "churn/1"), ("theirs", "churn/2")):
            self.on_branch(branch)
            self.promote(version, "production")
            self.repo.commit(f"Promote {version}")
        self.repo.checkout("main")
        self.repo.merge("ours")
        self.repo.merge("theirs")

    def on_branch(self, name: str) -> None:
        """Make a branch of main and stand on it."""
        self.repo.checkout("main")
        self.repo.branch(name)
