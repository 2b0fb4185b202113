"""Write a store with the present code, and what it reads in it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HOST_FREE = {"MLTRACK_IDENTITY_HOST": "none", "MLTRACK_USER": "Ada Lovelace <ada@example.org>"}
GIT = {
    "GIT_AUTHOR_NAME": "Ada Lovelace",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Lovelace",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
LOST = """
import mltrack, os
mltrack.start_run(name="lost").log_metric("loss", 1.0)
os.kill(os.getpid(), 9)
"""


def main(target: Path) -> None:
    """Write the store and the expectations into a new folder."""
    sys.argv = ["train.py"]
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {**HOST_FREE, **GIT, "HOME": folder, "MLTRACK_HOME": f"{folder}/home"}
        project = Path(folder) / "project"
        project.mkdir()
        os.chdir(project)
        write_code(project)
        write_runs(project)
        expected = what_is_read(project / ".mltrack")
        for name in ("cache", "local", "locks", "quarantine", "tmp"):
            shutil.rmtree(project / ".mltrack" / name)
        (project / ".mltrack" / "objects" / ".gitignore").unlink()
        shutil.copytree(project / ".mltrack", target / ".mltrack")
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (target / "expected.json").write_text(f"{text}\n", encoding="utf-8")


def write_code(project: Path) -> None:
    """Make a repository with one commit and a change on top."""
    (project / "train.py").write_text("print('training')\n")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Begin"]):
        subprocess.run(["git", *command], check=True)
    (project / "train.py").write_text("print('training more')\n")


def write_runs(project: Path) -> None:
    """Log, resume, fail, lose, annotate, register and promote."""
    import mltrack
    from mltrack.api.runs import changes as run_changes
    from mltrack.api.runs import removal

    files = project / "out"
    files.mkdir()
    (files / "plot.txt").write_text("a plot\n")
    (files / ".gitignore").write_text("plot.txt\n")
    params = {"lr": 1e-4, "layers": [64, 32], "deep": {"a": {"b": True}}, "none": None, "no": "no"}
    with mltrack.start_run("first", "Diagnosis é", params=params, tags={"team": "red"}) as first:
        for step in range(3):
            first.log_metrics({"loss": 1 / (step + 1), "val/acc": 0.5 + step / 10}, step=step)
        first.log_metrics({"bad": float("nan"), "worse": float("-inf")})
        first.log_artifacts(files, to="out")
        first.log_params({"long": "long " * 14_000})
        first.log_input([[1, 2.5, "a"], [2, 3.5, "b"]], "train", context="training")
        first.log_input(files / "plot.txt", "plot", source="https://ada:secret@example.org/plot")
        with mltrack.start_run("part", parent=first) as part:
            part.log_metric("loss", 0.75)
    with mltrack.start_run(resume=first.id) as again:
        again.log_metric("loss", 0.05, step=2)
    with mltrack.start_run(resume=first.id, step=1) as again:
        again.log_metric("val/acc", 0.9, step=3)
        again.log_params({"lr": 2e-4})
        again.log_artifact(files / "plot.txt", to="out/second.txt")
    for loss in (0.5, 0.25):
        with mltrack.start_run("nightly", resume="auto", job="nightly") as job:
            job.log_metric("loss", loss)
    write_failed_and_lost()
    speak_of_experiments()
    with mltrack.start_run("model", "Diagnosis é") as last:
        last.log_metric("acc", 0.93)
        last.log_model(fitted())
    run_changes.rename_run(first.id, "First run")
    run_changes.tag_run(first.id, {"reviewed": "yes"})
    run_changes.note_run(first.id, "the first one\nof all")
    removal.remove_runs(["@failed"], reason="it failed")
    mltrack.register_model(last.id, "Churn Model")
    for stage in ("staging", "production"):
        mltrack.promote_model("Churn Model/1", to=stage, reason=f"good enough for {stage}")
    speak_of_a_model(mltrack.save_model(fitted(), "package").path)
    live_through_all_stages(project)


def write_failed_and_lost() -> None:
    """Leave a run by an exception, and kill a process that holds one open."""
    import mltrack

    with contextlib.suppress(ZeroDivisionError), mltrack.start_run("failed") as run:
        run.log_metric("loss", 1 / 0)
    subprocess.run([sys.executable, "-c", LOST], check=False)


def speak_of_experiments() -> None:
    """Say of experiments all that can be said of them."""
    import mltrack

    mltrack.rename_experiment("default", "Everything else")
    mltrack.describe_experiment("Everything else", "what has no name\nof its own")
    mltrack.tag_experiment("Everything else", {"team": "red"})
    for name in ("empty", "gone"):
        mltrack.create_experiment(name, "before its first run")
        mltrack.remove_experiment(name, reason="a mistake")
    mltrack.restore_experiment("empty")


def speak_of_a_model(package: Path) -> None:
    """Register a model that no run made, and say of it all that can be said."""
    import mltrack
    from mltrack.api.store import opened_store
    from mltrack.registry.facts import Aliased, Described, Fact, NumberAssigned, Tagged
    from mltrack.registry.reader import stages_of
    from mltrack.registry.writing import append, changing

    store, version = opened_store(), mltrack.register_model(package, "from-path").id
    facts: list[Fact] = [
        NumberAssigned(version=version, number=7),
        Aliased(alias="champion", version=version),
        Aliased(alias="rival", version=version),
        Aliased(alias="rival", version=None),
        Described(version=version, fields={"description": "what it is\nfor"}),
        Described(version=None, fields={"owner": "team-risk"}),
        Tagged(version=version, tags={"checked": True}),
        Tagged(version=None, tags={"team": "red", "old": None}),
    ]
    for fact in facts:
        with changing(store, "from-path", stages_of(store)) as state:
            append(store, state, fact, name="from-path", reason="so that it is told")


def live_through_all_stages(project: Path) -> None:
    """Register versions and say of them an event of every kind."""
    import mltrack
    from mltrack.api.store import opened_store
    from mltrack.registry import index
    from mltrack.registry.facts import Deleted, Fact, Moved, Requested, Reviewed
    from mltrack.registry.reader import stages_of
    from mltrack.registry.writing import append, changing
    from tests.registry.every_kind import write_each
    from tests.registry.project import package

    store = opened_store()
    packages = (package(project / f"all-kinds-{word}", word) for word in ("one", "two", "three"))
    first, second, third = (mltrack.register_model(path, "all-kinds").id for path in packages)
    write_each(store, "all-kinds", first, next(iter(mltrack.search_runs())).id)

    def say(fact: Fact) -> str:
        with changing(store, "all-kinds", stages_of(store)) as state:
            return append(store, state, fact, name="all-kinds", reason="so that it is told").name

    say(Moved(version=first, stage="staging", from_stage="archived"))
    say(
        Moved(
            version=second,
            stage="staging",
            from_stage="dev",
            replaces=(first,),
            replaced_to="dev",
            displaced=((third, "archived"),),
            forced=True,
        )
    )
    request = say(Requested(version=second, stage="production", from_stage="staging"))
    say(Reviewed(request=request, version=second, stage="production", approves=True))
    say(Deleted(version=third))
    index.write(store)


def fitted() -> object:
    """Return a small model."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])


def what_is_read(root: Path) -> dict[str, Any]:
    """Return what the present code reads in a store, as it tells other programs."""
    from mltrack.api import store
    from mltrack.api.runs import search
    from mltrack.store.journal import jsonable

    store.use(store=str(root))
    found = search.search_runs(deleted=True)
    return {
        "warnings": list(found.warnings),
        "runs": {run.id: run.to_json() for run in found},
        "histories": {
            run.id: {name: jsonable([list(p) for p in run.history(name)]) for name in run.metrics}
            for run in found
        },
        "experiments": said(root, "experiment", "ls", "--deleted"),
        "experiment": said(root, "experiment", "show", "Everything else"),
        "models": said(root, "model", "ls"),
        "model": said(root, "model", "show", "Churn Model"),
        "registry": said(root, "registry", "history", "Churn Model"),
        "other model": said(root, "model", "show", "from-path"),
        "other registry": said(root, "registry", "history", "from-path"),
        "last model": said(root, "model", "show", "all-kinds"),
        "last registry": said(root, "registry", "history", "all-kinds"),
        "requests": said(root, "registry", "requests"),
    }


def said(root: Path, *command: str) -> Any:
    """Return what a command prints as JSON."""
    words = [sys.executable, "-m", "mltrack", "--store", str(root), *command, "--output", "json"]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(Path(sys.argv[1]).absolute())
