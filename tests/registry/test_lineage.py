"""Where a version comes from, what became of it, and which versions came from a data set."""

import hashlib

import pytest

import mltrack
from mltrack.api.registry.lineage_rows import lineage_row
from mltrack.errors import NotFoundError
from mltrack.registry.entities import Version
from tests.registry.project import Project
from tests.support.cli import Cli


def train(project: Project) -> tuple[str, Version]:
    """Register a version whose run belongs to another run and uses its file; return that run."""
    data = project.repo.write("data.csv", "a,y\n1,0\n")
    with mltrack.start_run(name="prepare") as prepare:
        prepare.log_artifact(data)
    kept = mltrack.get_run(prepare.id).artifact_path("data.csv")
    with mltrack.start_run(name="train", parent=prepare.id) as run:
        run.log_input(data, name="train")
        run.log_input(kept, name="kept")
        run.log_input([1, 2], name="list", source=f"runs:/{prepare.id}/list.json")
        run.log_input([3], name="scores", source="models:/base/2")
        run.log_param("lr", 0.1)
        run.log_artifact(project.package(), to="model")
    return prepare.id, mltrack.register_model(run.id, "churn")


def evaluate(version: Version, data: str = "d" * 64) -> str:
    """Keep an evaluation as `mltrack evaluate` does."""
    with mltrack.start_run(name="evaluate") as run:
        run.set_tags({"evaluate.version": version.id, "evaluate.model": version.uri})
        run.log_metrics({"auc": 0.9, "n": 40}, data=data, model=version.digest)
    return run.id


def test_run_code_data_environment_and_parents_of_a_version_are_told(project: Project) -> None:
    prepare, version = train(project)
    row = lineage_row(mltrack.model_lineage("churn/1"))
    assert (row["ran"]["id"], row["params"]) == (version.source.run, {"lr": 0.1})
    assert row["code"]["commit"] == project.repo.git("rev-parse", "HEAD")
    assert row["data"][0]["digest"] == hashlib.sha256(b"a,y\n1,0\n").hexdigest()
    assert row["environment"]["packages"] > 0
    assert len(row["environment"]["lock"]) == 64
    assert [(p["kind"], p["name"], p["through"]) for p in row["parents"]] == [
        ("parent", prepare, None),
        ("run", prepare, "kept"),
        ("run", prepare, "list"),
        ("model", "base/2", "scores"),
    ]


def test_evaluations_requests_and_stages_of_a_version_are_told(project: Project) -> None:
    first = project.register()
    project.register()
    run = evaluate(first)
    project.promote("churn/1", "production")
    project.promote("churn/2", "production")
    mltrack.propose_model("churn/1", to="staging", reason="again")
    row = lineage_row(mltrack.model_lineage("churn/1"))
    (evaluation,) = row["evaluations"]
    assert (evaluation["run"], evaluation["metrics"]["auc"]) == (run, 0.9)
    assert [(move["label"], move["to"], move["stage"]) for move in row["stages"]] == [
        ("v1", "dev", "dev"),
        ("v1", "production", "production"),
        ("v2", "production", "archived"),
    ]
    assert [(one["stage"], one["reason"]) for one in row["requests"]] == [("staging", "again")]


def test_an_evaluation_of_another_version_is_not_its(project: Project) -> None:
    project.register()
    second = project.register()
    evaluate(second)
    assert mltrack.model_lineage("churn/1").evaluations == ()


def test_an_evaluation_whose_figures_were_changed_is_told_and_does_not_count(
    project: Project,
) -> None:
    version = project.register()
    run = evaluate(version)
    journal = project.store.layout.run_folder(run) / "metrics.jsonl"
    journal.write_text(journal.read_text().replace("0.9", "0.99"))
    found = mltrack.model_lineage("churn/1")
    assert (found.evaluations, found.altered) == ((), (run,))


def test_what_verify_said_of_the_run_is_told(project: Project) -> None:
    version = project.register()
    mltrack.tag_run(str(version.source.run), {"verify": "identical", "verify.run": "x"})
    assert mltrack.model_lineage("churn/1").verdict == {"verify": "identical", "verify.run": "x"}


def test_a_version_whose_run_is_gone_still_tells_its_life(project: Project) -> None:
    version = project.register()
    (project.store.layout.run_folder(str(version.source.run)) / "run.yaml").unlink()
    found = mltrack.model_lineage("churn/1")
    assert (found.run, found.parents, len(found.moves)) == (None, (), 1)


@pytest.mark.parametrize("named", ["path", "digest", "beginning"])
def test_the_versions_that_came_from_data_are_found(project: Project, named: str) -> None:
    train(project)
    project.register()
    digest = hashlib.sha256(b"a,y\n1,0\n").hexdigest()
    names = {"path": "data.csv", "digest": digest, "beginning": digest[:8]}
    found = mltrack.versions_from_data(names[named])
    assert [(one.version.number, one.name) for one in found] == [(1, "train"), (1, "kept")]


def test_what_came_from_data_is_narrowed_as_the_inventory_is(project: Project) -> None:
    train(project)
    project.promote("churn/1", "production")
    assert len(mltrack.versions_from_data("data.csv", stage="production")) == 2
    assert mltrack.versions_from_data("data.csv", stage="staging") == []
    with pytest.raises(NotFoundError, match="owner 'Ada'"):
        mltrack.versions_from_data("data.csv", owner="Ada")


def test_data_that_was_changed_is_other_data(project: Project) -> None:
    train(project)
    project.repo.write("data.csv", "a,y\n2,0\n")
    assert mltrack.versions_from_data("data.csv") == []


def test_data_that_is_no_file_and_no_digest_is_refused(project: Project) -> None:
    with pytest.raises(NotFoundError, match="it is no digest"):
        mltrack.versions_from_data("nothing.csv")


def test_the_commands_show_lineage_and_what_came_from_data(project: Project, cli: Cli) -> None:
    train(project)
    page = cli("model", "show", "churn/1", cwd=project.repo.path).out
    for title in ("made by", "data", "environment", "stands on", "stages"):
        assert f"\n{title}\n" in page
    listed = cli("model", "ls", "--from-data", "data.csv", "-o", "json", cwd=project.repo.path)
    assert [row["input"] for row in listed.json()["versions"]] == ["train", "kept"]
    refused = cli("model", "ls", "--from-data", "nothing", cwd=project.repo.path)
    assert refused.code == 3
