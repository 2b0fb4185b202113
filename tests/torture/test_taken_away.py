"""What git takes away in the midst of a call is missed in our own words."""

import pytest

import mltrack
from mltrack.api.runs import experiment_changes
from mltrack.api.store import opened_store, use
from mltrack.errors import NotFoundError
from tests.support.repository import Repository


def test_an_experiment_that_a_stash_took_is_named(
    repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    use()
    made = mltrack.create_experiment("sweep")
    repo.git("stash", "push", "--quiet", "--include-untracked")
    with pytest.raises(NotFoundError, match=f"{made.id} is not here any more"):
        experiment_changes._as_it_is_now(opened_store(), made.id)
