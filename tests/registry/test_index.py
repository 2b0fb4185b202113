"""registry.yaml: where it is written, what it holds, how it is mended."""

from typing import Any

import pytest

import mltrack
from mltrack.api.registry.models import get_model, write_index
from mltrack.registry.index import is_stale
from mltrack.registry.reader import list_models
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project
from tests.support.cli import Cli


def index(project: Project) -> dict[str, Any]:
    return read_file(project.store.layout.registry_index)


def test_it_lists_models_versions_and_stages(project: Project) -> None:
    version = project.register()
    project.promote("churn/1", "staging")
    assert index(project) == {
        "format": 1,
        "models": {
            "churn": {
                "stages": {"staging": 1},
                "aliases": {},
                "versions": [
                    {
                        "number": 1,
                        "id": version.id,
                        "stage": "staging",
                        "digest": version.digest,
                        "run": version.source.run,
                    }
                ],
            }
        },
    }


def test_it_has_no_time_in_it(project: Project) -> None:
    version = project.register()
    project.store.layout.registry_index.unlink()
    write_index()
    text = project.store.layout.registry_index.read_text(encoding="utf-8")
    assert str(version.registered.year) not in text.replace(version.id, "").replace(
        str(version.source.run), ""
    )


def test_the_branch_of_config_yaml_is_the_one_that_writes_it(project: Project) -> None:
    project.repo.write(".mltrack/config.yaml", "format: 1\nindex_branch: release\n")
    project.register()
    assert not project.store.layout.registry_index.exists()
    project.repo.branch("release")
    project.promote("churn/1", "staging")
    assert index(project)["models"]["churn"]["stages"] == {"staging": 1}


def test_a_detached_head_writes_none(project: Project) -> None:
    project.repo.git("checkout", "--quiet", "--detach")
    project.register()
    assert not project.store.layout.registry_index.exists()


def test_without_git_it_is_always_written(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from mltrack.api.store import init_store

    folder = tmp_path_factory.mktemp("plain")
    monkeypatch.chdir(folder)
    init_store()
    mltrack.register_model(project.package(), "churn")
    assert "churn" in read_file(folder / ".mltrack" / "registry.yaml")["models"]


def test_status_says_that_a_merge_left_it_stale_until_it_is_written_anew(
    project: Project, cli: Cli
) -> None:
    project.contest()
    stale = cli("status", cwd=project.repo.path)
    assert "registry.yaml is stale" in stale.err
    assert "mltrack registry index" in stale.out
    write_index()
    mended = cli("status", cwd=project.repo.path)
    assert "registry.yaml" not in mended.err
    assert "registry index" not in mended.out


def test_it_is_never_stale_on_a_branch_that_does_not_write_it(project: Project) -> None:
    project.register()
    project.on_branch("feature")
    project.promote("churn/1", "staging")
    assert not is_stale(project.store, list_models(project.store).models)


def test_a_store_without_models_needs_none(project: Project) -> None:
    assert not is_stale(project.store, [])


@pytest.mark.parametrize("damage", [b"\xff\x00", b"<<<<<<< HEAD\nmodels: 1\n", b""])
def test_damage_in_it_is_no_error_and_the_next_write_mends_it(
    project: Project, damage: bytes
) -> None:
    project.register()
    project.store.layout.registry_index.write_bytes(damage)
    assert get_model("churn").versions[0].number == 1
    project.promote("churn/1", "staging")
    assert index(project)["models"]["churn"]["stages"] == {"staging": 1}


def test_two_index_branches_that_both_wrote_it_conflict_in_it_alone_and_either_side_will_do(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = project.repo.clone("fork")
    monkeypatch.chdir(fork.path)
    project.register()
    fork.commit("Register in the fork")
    monkeypatch.chdir(project.repo.path)
    project.register("fraud")
    project.repo.commit("Register at home")
    project.repo.write(".git/info/attributes", "registry.yaml !merge\n")  # as code hosts merge
    project.repo.git("fetch", "--quiet", str(fork.path), "main:fork")
    with pytest.raises(AssertionError, match="CONFLICT"):
        project.repo.merge("fork")
    assert project.repo.git("diff", "--name-only", "--diff-filter=U") == ".mltrack/registry.yaml"
    project.repo.git("checkout", "--theirs", "--", ".mltrack/registry.yaml")
    project.repo.commit("Merge the fork")
    assert write_index()
    assert list(index(project)["models"]) == ["churn", "fraud"]


def test_a_contested_stage_is_told_in_it(project: Project) -> None:
    project.contest()
    write_index()
    entry = index(project)["models"]["churn"]
    assert entry["contested"] == {"production": ["1", "2"]}
    assert entry["stages"] == {}
