"""A clone of a project in a storm: random operations through the api, each acknowledged."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import mltrack
from mltrack.api.store import use
from mltrack.errors import MltrackError
from tests.registry.project import package
from tests.support.repository import Repository
from tests.torture.acts import NothingToDo
from tests.torture.facts import Facts, Key

DAY_SECONDS = 86_400
STAGES = ("staging", "production", "archived")
MODELS = ("churn", "fraud", "Ranking Model")
EXPERIMENTS = ("default", "ablation", "sweep")
_real_time = time.time
T = TypeVar("T")


class Record:
    """What the clones of a storm acknowledged together.

    Attributes:
        facts: what must be found in the end.
        made: by the name of a run or the file of an event, the facts that it carries.
    """

    def __init__(self) -> None:
        self.facts = Facts()
        self.made: dict[str, set[Key]] = {}
        self.gone: set[str] = set()
        """Runs and events that were reverted; what is said of such a run is not seen any more."""

    def took_back(self, paths: list[str]) -> None:
        """Expect nothing of the runs and events in these files: their author reverted them."""
        for path in paths:
            parts = Path(path).parts
            names = {part.partition("+")[0] for part in parts}
            self.gone |= names & self.made.keys()
            for name in names & self.made.keys():
                self.facts.excuse(self.made[name])


class Clone:
    """One clone, with a clock of its own that is often wrong."""

    def __init__(
        self,
        repo: Repository,
        record: Record,
        chance: random.Random,
        outside: Path,
        operations: "Operations",
    ) -> None:
        self.repo = repo
        self.outside = outside
        self._operations = operations
        self.record = record
        self.chance = chance
        self._made = 0
        self.done: Counter[str] = Counter()

    @property
    def root(self) -> Path:
        """Return the clone's store."""
        return self.repo.path / ".mltrack"

    def operate(self) -> None:
        """Do one random thing in this clone's store; what cannot be done now is left."""
        use(store=str(self.root))
        days = self.chance.choice([0, 0, -1, 3])
        time.time = lambda: _real_time() + days * DAY_SECONDS
        (_, operation), *_ = self.chance.choices(self._operations, [w for w, _ in self._operations])
        try:
            operation(self)
            self.done[operation.__name__] += 1
        except (MltrackError, NothingToDo):
            self.done["refused"] += 1
        finally:
            time.time = _real_time

    def runs(self) -> list[str]:
        """Return the ids of the runs that are here."""
        return sorted(path.parent.name for path in self.root.glob("runs/*/*/*/run.yaml"))

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of some things.

        Raises:
            NothingToDo: there is none.
        """
        if not choices:
            raise NothingToDo
        return self.chance.choice(choices)

    def events(self) -> set[str]:
        """Return the names of all files of events that are here."""
        found: Iterator[Path] = (
            path
            for pattern in ("annotations/*/*/*.yaml", "experiments/*/*.yaml", "models/*/events/*")
            for path in self.root.glob(pattern)
        )
        return {path.name for path in found}

    def log(self) -> None:
        """Log a run, some of them with a file or a model."""
        number = self.word()
        experiment = self.chance.choice(EXPERIMENTS)
        with mltrack.start_run(name=number, experiment=experiment, params={"p": number}) as run:
            run.log_metrics({"loss": self.chance.random(), "acc": self.chance.random()})
            if self.chance.random() < 0.4:
                run.log_artifact(self._file(self.chance.choice([10, 5000])), "data.bin")
            if self.chance.random() < 0.4:
                run.log_artifact(package(self.outside / f"model-{number}", number), "model")
        self.acknowledge(run.id, ("run", run.id), True)
        self.acknowledge(run.id, ("param", run.id, "p"), number)

    def resume(self) -> None:
        """Take up a run again."""
        run_id, number = self.one_of(self.runs()), self.word()
        with mltrack.start_run(resume=run_id) as run:
            run.log_metric("loss", self.chance.random())
            run.set_tag(f"t{number}", number)
        self.acknowledge(run_id, ("tag", run_id, f"t{number}"), number)

    def tag(self) -> None:
        """Tag a run."""
        run_id, number = self.one_of(self.runs()), self.word()
        fact = ("tag", run_id, f"t{number}"), number
        self._event(lambda: mltrack.tag_run(run_id, {f"t{number}": number}), run_id, *fact)

    def note(self) -> None:
        """Write a note on a run."""
        run_id, text = self.one_of(self.runs()), f"note {self.word()}"
        self._event(lambda: mltrack.note_run(run_id, text), run_id, ("note", run_id, text), True)

    def rename(self) -> None:
        """Rename a run."""
        run_id, number = self.one_of(self.runs()), self.word()
        self._event(lambda: mltrack.rename_run(run_id, number), run_id)

    def remove(self) -> None:
        """Remove a run."""
        run_id = self.one_of(self.runs())
        self._event(lambda: mltrack.remove_runs([run_id]), run_id)

    def restore(self) -> None:
        """Restore a run."""
        run_id = self.one_of(self.runs())
        self._event(lambda: mltrack.restore_runs([run_id]), run_id)

    def register(self) -> None:
        """Register the model of a run."""
        models = [
            p.parents[2].name for p in self.root.glob("runs/*/*/*/artifacts/model/model.yaml")
        ]
        run_id, name = self.one_of(models), self.chance.choice(MODELS)
        before = self.events()
        version = mltrack.register_model(run_id, name)
        for event in self.events() - before:
            self.acknowledge(event, ("version", name, version.id), True)

    def promote(self) -> None:
        """Move a version to a stage; where its number is contested that fails, as it must."""
        name = self.chance.choice(MODELS)
        version = self.one_of(mltrack.get_model(name).versions)
        stage = self.chance.choice(STAGES)
        move = mltrack.promote_model(f"{name}/{version.id}", to=stage, reason="better")
        self.acknowledge(f"{move.event}.yaml", ("event", name, move.event), True)

    def experiment(self) -> None:
        """Say something of an experiment, remove it or restore it."""
        chosen = self.one_of(mltrack.list_experiments(deleted=True).found).id
        number = self.word()
        say = self.chance.choice(
            (
                lambda: mltrack.rename_experiment(chosen, f"sweep {number}"),
                lambda: mltrack.describe_experiment(chosen, number),
                lambda: mltrack.tag_experiment(chosen, {"by": number}),
                lambda: mltrack.remove_experiment(chosen),
                lambda: mltrack.restore_experiment(chosen),
            )
        )
        self._event(say, chosen)

    def _event(
        self, call: Callable[[], object], run_id: str, fact: Key = (), value: str | bool = ""
    ) -> None:
        """Make a call that writes events, whose files and whose fact must be found in the end."""
        before = self.events()
        call()
        for name in self.events() - before:
            self.acknowledge(name, ("file", name), True)
            if fact:
                self.acknowledge(name, fact, value)
                self.record.made.setdefault(run_id, set()).add(fact)

    def acknowledge(self, owner: str, fact: Key, value: str | bool) -> None:
        """Take note that a run, or the file of an event, carries a fact."""
        if owner not in self.record.gone and fact[1] not in self.record.gone:
            self.record.facts.done([(fact, value)])
        self.record.made.setdefault(owner, set()).add(fact)

    def word(self) -> str:
        """Return a word that no other clone uses."""
        self._made += 1
        return f"{self.repo.path.name}-{self._made}"

    def _file(self, size: int) -> Path:
        path = self.outside / f"file-{self.word()}"
        path.write_bytes(self.chance.randbytes(size))
        return path


Operations = tuple[tuple[int, Callable[[Clone], None]], ...]
"""What a clone may do, each as likely as its weight says."""

OPERATIONS: Operations = (
    (6, Clone.log),
    (2, Clone.resume),
    (3, Clone.tag),
    (1, Clone.note),
    (1, Clone.rename),
    (2, Clone.remove),
    (2, Clone.restore),
    (3, Clone.register),
    (3, Clone.promote),
    (2, Clone.experiment),
)
