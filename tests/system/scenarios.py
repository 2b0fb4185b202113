"""What users do to a store, step by step."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mltrack
from mltrack.api.tracking.active import ActiveRun
from mltrack.api.tracking.shell import Logged, finish_detached, log_to, start_detached
from tests.registry.project import package
from tests.system.acts import Acts

if TYPE_CHECKING:
    from mltrack.api.runs.run import Run
    from mltrack.registry.entities import Version

LARGE = "x" * 3000
INLINE_BYTES = 1000
"""So that a file of few bytes is kept in place, and `LARGE` as an object."""


def nothing(acts: Acts) -> None:
    """Do nothing."""


class Scenario(NamedTuple):
    """Something that users do.

    Attributes:
        steps: what is done.
        before: what was done before, when nothing failed.
        trains: whether it is a training, which dies of nothing.
        strict: whether a log call that the disk refuses raises.
    """

    steps: Callable[[Acts], None]
    before: Callable[[Acts], None] = nothing
    trains: bool = False
    strict: bool = False


def train(acts: Acts) -> None:
    """Log a whole run."""
    run = acts.begin(name="first", params={"lr": 0.1})
    for step in range(2):
        acts.log(run, "metric", partial(run.log_metric, "loss", 1.0, step=step), "loss", step)
    acts.log(run, "param", lambda: run.log_param("layers", 3), "layers", 3)
    acts.log(run, "tag", lambda: run.set_tag("team", "red"), "team", "red")
    log_files(acts, run)
    acts.log(run, "metric", lambda: run.log_metric("loss", 0.5, step=2), "loss", 2)
    acts.end(run)


def log_files(acts: Acts, run: ActiveRun) -> None:
    """Log a small file, a large one, and the small one again with other bytes."""
    for name, text in (("small.txt", "one"), ("large.txt", LARGE), ("small.txt", "two")):
        Path(name).write_text(text)
        acts.log(run, "artifact", partial(run.log_artifact, name), name, digest_of(text))


def log_many(acts: Acts) -> None:
    """Log a folder of so many files that the disk is waited for once for all."""
    run, texts = acts.begin(name="many"), {f"{n}.txt": f"{n}" + LARGE * (n % 2) for n in range(70)}
    Path("many").mkdir()
    for name, text in texts.items():
        Path("many", name).write_text(text)
    for name in ("0.txt", "69.txt"):
        log = partial(run.log_artifacts, "many")
        acts.log(run, "artifact", log, name, digest_of(texts[name]))
    acts.end(run)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def finish_one(acts: Acts) -> None:
    run = acts.begin(name="earlier")
    acts.log(run, "metric", lambda: run.log_metric("loss", 2.0, step=0), "loss", 0)
    acts.end(run)


def resume(acts: Acts) -> None:
    """Take a run up again."""
    run = acts.begin(resume="@latest")
    acts.log(run, "metric", lambda: run.log_metric("loss", 0.5, step=1), "loss", 1)
    acts.log(run, "param", lambda: run.log_param("again", "yes"), "again", "yes")
    log_files(acts, run)
    acts.end(run)


def start_one(acts: Acts) -> None:
    start_detached(name="shell")


def shell(acts: Acts) -> None:
    """Log to a run from a shell, and end it."""
    run = mltrack.get_run("1").id
    for step in (4, 5):
        row = Logged(metrics={"loss": 1.0}, step=step)
        acts.ask("metric", partial(log_to, None, row), run, "loss", step)
    acts.ask("param", lambda: log_to(None, Logged(params={"lr": 1})), run, "lr", 1)
    for name, text in (("small.txt", "one"), ("large.txt", LARGE)):
        Path(name).write_text(text)
        file = Logged(artifacts=[(name, None)])
        acts.ask("artifact", partial(log_to, None, file), run, name, digest_of(text))
    acts.ask("finish", lambda: finish_detached(run), run, 0)
    acts.ask("param", lambda: log_to(run, Logged(params={"late": 1})), run, "late", 1)


def begin_from_shell(acts: Acts) -> None:
    """Begin a run from a shell."""
    runs: list[Run] = []
    whole = acts.ask("", lambda: runs.append(start_detached(name="shell", params={"lr": 1})))
    for run in runs:
        if whole:
            acts.ask("param", mltrack.list_models, run.id, "lr", 1)
        row = Logged(metrics={"loss": 1.0}, step=1)
        acts.ask("metric", partial(log_to, run.id, row), run.id, "loss", 1)


def annotate(acts: Acts) -> None:
    """Say things of a run that has ended, remove it and take that back."""
    run = mltrack.get_run("1").id
    acts.ask("tag", lambda: mltrack.tag_run(run, {"team": "red"}), run, "team", "red")
    acts.ask("name", lambda: mltrack.rename_run(run, "renamed"), run, "renamed")
    acts.ask("deleted", lambda: mltrack.remove_runs([run]), run, True)
    acts.ask("deleted", lambda: mltrack.restore_runs([run]), run, False)


def log_packages(acts: Acts) -> None:
    """Keep a package of a model in a run, and another one outside the store."""
    run = mltrack.start_run(name="model")
    run.log_artifact(package(Path("first"), LARGE), "model")
    run.finish()
    package(Path("second"))


def register(acts: Acts) -> None:
    """Register a version from a run and one from a path, and promote them."""
    for source in ("runs:/1/model", Path("second")):
        versions: list[Version] = []
        make = partial(mltrack.register_model, source, "churn")
        acts.ask("", lambda made=make, kept=versions: kept.append(made()))  # type: ignore[misc]  # bound now
        for version in versions:
            acts.ask("version", mltrack.list_models, version.id, version.number)
            name = f"churn/{version.number}"
            promote = partial(mltrack.promote_model, name, to="production", reason="why")
            acts.ask("stage", promote, "production", version.id)


def log_a_model(acts: Acts) -> None:
    """Keep a fitted model."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    run = acts.begin(name="model")
    acts.log(run, "model", lambda: run.log_model(model), "model")
    acts.end(run)


SCENARIOS = {
    "many": Scenario(log_many),
    "train": Scenario(train, trains=True),
    "train-strict": Scenario(train, strict=True),
    "resume": Scenario(resume, finish_one, trains=True),
    "shell": Scenario(shell, start_one),
    "shell-start": Scenario(begin_from_shell),
    "annotate": Scenario(annotate, finish_one),
    "register": Scenario(register, log_packages),
    "model": Scenario(log_a_model, trains=True),
}
