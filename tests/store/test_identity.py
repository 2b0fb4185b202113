"""Who is at work, and how a record may name them."""

import getpass
import platform
from pathlib import Path

import pytest

from mltrack.store.identity import hashed, shown_actor, shown_user, who
from mltrack.store.store import Store

ADA = {"name": "Ada Lovelace", "email": "ada@example.org", "source": "git"}


def test_git_tells_name_and_email(tmp_path: Path) -> None:
    assert who(tmp_path) == ADA


def test_a_ci_job_tells_its_actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTOR", "octo")
    assert who(tmp_path) == {"name": "octo", "source": "GITHUB_ACTOR"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grace", {"name": "grace"}),
        ("Grace Hopper <grace@navy.mil>", {"name": "Grace Hopper", "email": "grace@navy.mil"}),
        ("Grace <", {"name": "Grace <"}),
        (" Grace < grace@navy.mil > ", {"name": "Grace", "email": "grace@navy.mil"}),
        ("gr\udcffce", {"name": "gr?ce"}),
    ],
)
def test_the_variable_counts_more_than_all(
    tmp_path: Path, text: str, found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTOR", "octo")
    monkeypatch.setenv("MLTRACK_USER", text)
    assert who(tmp_path) == {**found, "source": "MLTRACK_USER"}


def test_without_git_the_system_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    name = f"{getpass.getuser()}@{platform.node()}"
    assert who(tmp_path) == {"name": name, "source": "system"}


def test_a_run_names_its_user_as_the_policy_says() -> None:
    assert shown_user(ADA, "email") == "ada@example.org"
    assert shown_user({"name": "octo", "source": "GITHUB_ACTOR"}, "email") == "octo"
    assert shown_user(ADA, "hash") == hashed("ada@example.org") == "sha256:cfe00dde46ef9426"
    assert shown_user(ADA, "none") is None


@pytest.mark.parametrize("policy", ["hash", "none"])
def test_an_event_always_names_its_actor_by_the_hash_at_least(policy: str) -> None:
    assert shown_actor(ADA, "email") == ADA
    assert shown_actor(ADA, policy) == {"name": hashed("ada@example.org"), "source": "git"}


def test_a_store_names_its_actor_as_its_policy_says(store: Store) -> None:
    (store.root / "config.yaml").write_text("identity: {user: hash}\n")
    assert Store(store.root).actor == {"name": hashed("ada@example.org"), "source": "git"}
