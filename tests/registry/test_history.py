"""What happened to models, narrowed to what somebody looks for."""

import csv
import io
import json

import pytest

import mltrack
from mltrack.errors import UsageError
from mltrack.registry.facts import Deleted, Moved
from mltrack.registry.reader import load_model, stages_of
from mltrack.registry.writing import append, changing
from tests.registry.project import Project
from tests.support.cli import Cli


def say(project: Project, fact: Moved | Deleted, reason: str = "because") -> None:
    """Write an event of churn as its command would."""
    with changing(project.store, "churn", stages_of(project.store)) as state:
        append(project.store, state, fact, name="churn", reason=reason)


def force(project: Project) -> None:
    version = load_model(project.store, "churn").versions[0].id
    say(
        project,
        Moved(version=version, stage="production", from_stage="dev", forced=True, unpushed=True),
        "no time for gates",
    )


def kinds(**wanted: object) -> list[str]:
    return [entry.kind for entry in mltrack.registry_history(**wanted)]  # type: ignore[arg-type]


def test_what_was_forced_or_done_with_files_that_git_lacks_is_found(project: Project) -> None:
    project.register()
    project.promote("churn/1", "staging")
    force(project)
    assert kinds(forced=True) == ["promoted"]
    assert kinds(unpushed=True, model="churn") == ["promoted"]
    assert len(kinds()) == 3


def test_kinds_and_authors_narrow_a_history(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    monkeypatch.setenv("MLTRACK_USER", "Grace@example.org")
    project.promote("churn/1", "staging")
    assert kinds(kinds=["registered"]) == ["registered"]
    assert kinds(kinds=["registered", "promoted"]) == ["registered", "promoted"]
    assert kinds(by="grace@") == ["promoted"]
    assert kinds(by="nobody") == []


def test_a_history_is_cut_at_moments(project: Project) -> None:
    project.register()
    project.promote("churn/1", "staging")
    first, last = (entry.time for entry in mltrack.registry_history())
    assert kinds(since=last) == ["promoted"]
    assert kinds(until=first) == ["registered"]
    assert kinds(since="1999-01-01", until="1999-12-31") == []
    assert len(kinds(until=f"{last:%Y-%m-%d}", utc=True)) == 2


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"kinds": ["promotd"]}, "did you mean promoted"),
        ({"since": "some day"}, "no moment"),
        ({"since": "2026-08-02", "until": "2026-08-01"}, "later than until"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    project: Project, wanted: dict[str, object], words: str
) -> None:
    project.register()
    with pytest.raises(UsageError, match=words):
        kinds(**wanted)


def test_the_history_of_a_deleted_model_is_still_told(project: Project) -> None:
    project.register()
    say(project, Deleted(version=None))
    assert mltrack.list_models().models == ()
    assert kinds(model="churn") == kinds() == ["registered", "deleted"]


def test_csv_and_json_tell_force_files_request_and_gates(project: Project, cli: Cli) -> None:
    project.register()
    force(project)
    done = cli("registry", "history", "--forced", "--output", "csv", cwd=project.repo.path)
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (row["forced"], row["unpushed"], row["request"]) == ("true", "true", "")
    assert json.loads(row["gates"]) == []
    page = cli("registry", "history", cwd=project.repo.path)
    assert "forced; not all files in git" in page.out
