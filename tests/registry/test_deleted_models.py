"""Models and versions that were deleted, as commands and files show them."""

import pytest

import mltrack
from mltrack.api.registry.rows import whole_model
from mltrack.errors import NotFoundError
from mltrack.registry import index
from mltrack.registry.facts import Deleted, Fact, Requested
from mltrack.registry.reader import load_model, stages_of
from mltrack.registry.writing import append, changing
from mltrack.store.yaml_reader import mapping_of
from tests.registry.project import NAME, Project


def say(project: Project, fact: Fact) -> None:
    with changing(project.store, NAME, stages_of(project.store)) as state:
        append(project.store, state, fact, name=NAME, reason="because")


def test_a_run_whose_version_was_deleted_may_go(project: Project) -> None:
    version = project.register()
    say(project, Deleted(version=version.id))
    mltrack.remove_runs([str(version.source.run)])
    assert not mltrack.search_runs()


def test_a_model_of_which_all_was_deleted_is_not_there_and_can_be_restored(
    project: Project,
) -> None:
    version = project.register()
    say(project, Deleted(version=None))
    with pytest.raises(NotFoundError, match="the model churn was deleted") as caught:
        mltrack.get_model(NAME)
    assert caught.value.fix == "mltrack model restore churn"
    found = load_model(project.store, NAME, deleted=True)
    assert [gone.id for gone in found.deleted] == [version.id]


def test_the_index_leaves_out_what_was_deleted(project: Project) -> None:
    first, second = project.register(), project.register()
    say(project, Deleted(version=first.id))
    index.write(project.store)
    text = project.store.layout.registry_index.read_bytes()
    (told,) = mapping_of(text, "registry.yaml")["models"][NAME]["versions"]
    assert told["id"] == second.id


def test_a_version_registered_after_one_was_deleted_gets_a_number_that_nobody_had(
    project: Project,
) -> None:
    first = project.register()
    say(project, Deleted(version=first.id))
    assert mltrack.register_model(str(first.source.run), NAME).number == 2


def test_the_whole_model_tells_what_was_deleted_and_what_is_asked(project: Project) -> None:
    first, second = project.register(), project.register()
    project.promote("churn/1", "archived")
    say(project, Deleted(version=first.id))
    say(project, Requested(version=second.id, stage="staging"))
    row = whole_model(mltrack.get_model(NAME))
    assert [(gone["id"], gone["stage"]) for gone in row["deleted"]] == [(first.id, "archived")]
    assert [(asked["version"], asked["to"]) for asked in row["requests"]] == [
        (second.id, "staging")
    ]
    (version,) = row["versions"]
    assert (version["since"], version["forced"]) == (version["registered"], False)
