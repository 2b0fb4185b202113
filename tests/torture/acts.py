"""Random operations on a store, each told before it begins and after it has returned."""

import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import mltrack
from mltrack.api.tracking import shell
from mltrack.api.tracking.active import ActiveRun
from mltrack.errors import MltrackError
from tests.registry.project import package
from tests.torture.facts import Facts, Said
from tests.torture.lives import Tell

STAGES = ("staging", "production", "archived")
MODELS = ("churn", "fraud")
LARGE_BYTES = 3000
"""More than the torture's stores keep in place: such a file becomes an object."""
REFUSED = (mltrack.ConflictError, mltrack.UsageError)
"""How removing a run is refused that is open, or that a version points to."""
CONFIG = "format: 1\nartifacts: {inline_file_bytes: 2000}\n"


class NothingToDo(Exception):  # noqa: N818 - nothing is wrong
    """There is no run or model to do this to."""


class Hand:
    """Does one random thing after another in the store that is meant.

    Args:
        chance: decides what.
        tell: is told of each operation, first `do`, then `ok`, or `no` when it was refused.
        facts: what was told of the store before; it chooses among these runs and versions.
        outside: an empty folder for files that are to be logged.
        lenient: whether what was told of may be away for a while, as when git works.
    """

    def __init__(
        self,
        chance: random.Random,
        tell: Tell,
        facts: Facts,
        outside: Path,
        *,
        lenient: bool = False,
    ) -> None:
        self.chance = chance
        self._tell = tell
        self._outside = outside
        self._lenient = lenient
        open_ = {r for r in facts.names("detached") if facts.allowed["status", r] != {"finished"}}
        self._runs = {run_id: False for run_id in facts.names("run") if run_id not in open_}
        """The runs that no shell holds open, and whether this process began them."""
        self._files = {k[1] for k, v in facts.allowed.items() if k[0] == "model" and v == {True}}
        self._versions = [key[1:] for key in facts.allowed if key[0] == "version"]
        told = {k[1]: v for k, v in facts.allowed.items() if k[0] == "job"}
        self._jobs = {job: str(next(iter(run))) for job, run in told.items()}
        self._open: list[ActiveRun] = []
        self._made = 0

    def act(self, acts: "Acts") -> None:
        """Do one of these things, each as likely as its weight says."""
        (_, act), *_ = self.chance.choices(acts, [weight for weight, _ in acts])
        try:
            act(self)
        except NothingToDo:
            return
        except MltrackError:
            if not self._lenient:
                raise
            self._tell("no", [])

    def told(
        self,
        facts: list[Said],
        call: Callable[[], object],
        unless: tuple[type[MltrackError], ...] = (),
    ) -> None:
        """Make a call that is to make these facts, and tell of it before and after."""
        self._tell("do", facts)
        try:
            call()
        except unless:
            self._tell("no", [])
        else:
            self._tell("ok", facts)

    def unique(self) -> str:
        """Return a word that nobody else uses."""
        self._made += 1
        return f"{os.getpid()}x{self._made}x{self.chance.getrandbits(32):x}"

    def run(self) -> ActiveRun:
        """Return an open run, beginning one when there is none."""
        if not self._open:
            self.begin()
        return self.chance.choice(self._open)

    def an_ended_run(self) -> str:
        """Return the id of a run that this process does not hold open.

        Raises:
            NothingToDo: there is none.
        """
        mine = {run.id for run in self._open}
        others = [run_id for run_id in self._runs if run_id not in mine]
        if not others:
            raise NothingToDo
        return self.chance.choice(others[-6:])

    def begin(self) -> None:
        """Begin a run."""
        name, value = self.unique(), self.chance.randrange(1000)
        run = mltrack.start_run(name=name, params={"lr": value})
        self._runs[run.id] = True
        self._open.append(run)
        self._tell("ok", _of_new(run.id, name, value))

    def resume(self) -> None:
        """Take up a run again."""
        run_id = self.an_ended_run()
        kept: Said = ("deleted", run_id), False
        self._tell("do", [kept, *((("status", run_id), s) for s in ("lost", "running"))])
        self._open.append(mltrack.start_run(resume=run_id))
        self._runs[run_id] = False
        self._tell("ok", [kept])

    def metric(self) -> None:
        """Log one value, at a step of its own or the next."""
        run, value = self.run(), float(int.from_bytes(os.urandom(3), "big"))
        step = self.chance.choice([None, None, self.chance.randrange(100)])
        fact = ("point", run.id, "loss", f"{value:g}"), True
        self.told([fact], lambda: run.log_metric("loss", value, step=step))

    def metrics(self) -> None:
        """Log several values at once."""
        run = self.run()
        values = {n: float(int.from_bytes(os.urandom(3), "big")) for n in ("loss", "acc", "f1")}
        facts: list[Said] = [(("point", run.id, n, f"{v:g}"), True) for n, v in values.items()]
        self.told(facts, lambda: run.log_metrics(values))

    def param(self) -> None:
        """Log a parameter, small or of some pages."""
        run, name = self.run(), self.unique()
        value = "x" * self.chance.choice([3, 3, 3, 20_000])
        self.told([(("param", run.id, name), value)], lambda: run.log_param(name, value))

    def tag_own(self) -> None:
        """Tag an open run."""
        run, name = self.run(), self.unique()
        self.told([(("tag", run.id, name), 1)], lambda: run.set_tag(name, 1))

    def rename_own(self) -> None:
        """Rename an open run, unless it was renamed after an earlier end: such a name stays."""
        run, name = self.run(), self.unique()
        if not self._runs[run.id]:
            raise NothingToDo
        self.told([(("name", run.id), name)], lambda: run.rename(name))

    def artifact(self) -> None:
        """Log a file, kept in place or as an object."""
        run, name = self.run(), self.unique()
        data = os.urandom(self.chance.choice([10, 500, LARGE_BYTES]))
        path = self._outside / name
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        self.told([(("file", run.id, name), digest)], lambda: run.log_artifact(path))
        path.unlink()

    def model(self) -> None:
        """Log a model to an open run that has none."""
        run = self.run()
        if run.id in self._files:
            raise NothingToDo
        self._files.add(run.id)
        folder = package(self._outside / self.unique(), self.unique())
        self.told([(("model", run.id), True)], lambda: run.log_artifact(folder, "model"))

    def fork(self) -> None:
        """Let a child process log to an open run."""
        run, value = self.run(), float(int.from_bytes(os.urandom(3), "big"))
        fact = ("point", run.id, "loss", f"{value:g}"), True
        pid = os.fork()
        if pid == 0:
            try:
                self.told([fact], lambda: run.log_metric("loss", value))
            finally:
                os._exit(0)
        os.waitpid(pid, 0)

    def finish(self) -> None:
        """End an open run."""
        run = self.run()
        self._open.remove(run)
        status = self.chance.choice(["finished", "finished", "failed"])
        self.told([(("status", run.id), status)], lambda: run.finish(status))

    def finish_all(self) -> None:
        """End every open run."""
        while self._open:
            self.finish()

    def detached(self) -> None:
        """Begin, log to and end a run as a shell does."""
        name, value = self.unique(), float(int.from_bytes(os.urandom(3), "big"))
        run = shell.start_detached(name=name, params={"lr": 1})
        open_: Said = ("status", run.id), "running"
        self._tell("ok", [*_of_new(run.id, name, 1), open_, (("detached", run.id), True)])
        fact = ("point", run.id, "loss", f"{value:g}"), True
        self.told([fact], lambda: shell.log_to(run.id, shell.Logged(metrics={"loss": value})))
        ended = ("status", run.id), "finished"
        self.told([ended], lambda: shell.finish_detached(run.id))
        self._runs[run.id] = False

    def tag(self) -> None:
        """Tag a run that has ended."""
        run_id, name = self.an_ended_run(), self.unique()
        self.told([(("tag", run_id, name), "y")], lambda: mltrack.tag_run(run_id, {name: "y"}))

    def note(self) -> None:
        """Write a note on a run."""
        run_id, text = self.an_ended_run(), self.unique()
        self.told([(("note", run_id, text), True)], lambda: mltrack.note_run(run_id, text))

    def rename(self) -> None:
        """Rename a run that has ended."""
        run_id, name = self.an_ended_run(), self.unique()
        self.told([(("name", run_id), name)], lambda: mltrack.rename_run(run_id, name))

    def remove(self) -> None:
        """Remove a run that has ended."""
        run_id = self.an_ended_run()
        gone: Said = ("deleted", run_id), True
        self.told([gone], lambda: mltrack.remove_runs([run_id]), REFUSED)

    def restore(self) -> None:
        """Restore a run, if it was removed."""
        run_id = self.an_ended_run()
        kept: Said = ("deleted", run_id), False
        self.told([kept], lambda: mltrack.restore_runs([run_id]), (mltrack.NotFoundError,))

    def experiment(self) -> None:
        """Make an experiment, and give it another name and a tag."""
        first, second = self.unique(), self.unique()
        made = mltrack.create_experiment(first)
        self._tell("ok", [(("experiment", made.id), first)])
        named: Said = ("experiment", made.id), second
        self.told([named], lambda: mltrack.rename_experiment(made.id, second))
        tagged: Said = ("experiment", made.id, "by"), first
        self.told([tagged], lambda: mltrack.tag_experiment(made.id, {"by": first}))

    def job(self) -> None:
        """Go on with the run of a job, as a queue does that starts it again and again."""
        if not self._open:
            before = self._jobs.get("nightly")
            goes_on: list[Said] = [(("status", before), s) for s in ("lost", "running") if before]
            self._tell("do", goes_on)
            run = mltrack.start_run(resume="auto", job="nightly")
            known = before or run.id
            if known != run.id and not self._lenient and not mltrack.get_run(known).record.deleted:
                raise AssertionError(f"the job's run is {known}, and {run.id} was begun")
            self._jobs["nightly"] = run.id
            self._open.append(run)
            self._runs[run.id] = False
            kept: list[Said] = [(("run", run.id), True), (("job", "nightly"), run.id)]
            kept.append((("name", run.id), mltrack.get_run(run.id).name))
            self._tell("do", [(("status", run.id), s) for s in ("lost", "running")])
            self._tell("ok", [*kept, (("deleted", run.id), False)])

    def repair(self) -> None:
        """Let fsck mend what there is to mend."""
        self._tell("do", [])
        mltrack.repair_store()
        self._tell("ok", [])

    def register(self) -> None:
        """Register the model of a run that has not been removed."""
        if not self._files:
            raise NothingToDo
        run_id = self.chance.choice(sorted(self._files))
        name = self.chance.choice(MODELS)
        try:
            version = mltrack.register_model(run_id, name)
        except mltrack.UsageError:
            self._tell("no", [])
            return
        self._versions.append((name, version.id))
        self._tell("ok", [(("version", name, version.id), True)])

    def promote(self) -> None:
        """Move a version to a stage where it is not."""
        if not self._versions:
            raise NothingToDo
        name, version_id = self.chance.choice(self._versions)
        version = next((v for v in mltrack.get_model(name).versions if v.id == version_id), None)
        if version is None:
            raise NothingToDo
        stage = self.chance.choice([s for s in STAGES if s != version.stage])
        move = mltrack.promote_model(f"{name}/{version.number}", to=stage, reason="because")
        self._tell("ok", [(("event", name, move.event), True)])


def _of_new(run_id: str, name: str, value: int) -> list[Said]:
    return [
        (("run", run_id), True),
        (("name", run_id), name),
        (("param", run_id, "lr"), value),
        (("deleted", run_id), False),
    ]


Acts = tuple[tuple[int, Callable[[Hand], None]], ...]

LOGGING: Acts = (
    (8, Hand.metric),
    (3, Hand.metrics),
    (2, Hand.param),
    (1, Hand.tag_own),
    (1, Hand.rename_own),
    (3, Hand.artifact),
    (1, Hand.model),
    (1, Hand.fork),
)
"""What a training does; nothing of it is seen by git before the run ends."""
ALL: Acts = (
    *LOGGING,
    (3, Hand.finish),
    (2, Hand.resume),
    (1, Hand.detached),
    (1, Hand.tag),
    (1, Hand.note),
    (1, Hand.rename),
    (1, Hand.remove),
    (1, Hand.restore),
    (1, Hand.experiment),
    (1, Hand.job),
    (1, Hand.repair),
    (2, Hand.register),
    (2, Hand.promote),
)
