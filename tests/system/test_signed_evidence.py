"""The evidence of a version names who signed the commits that brought its events."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

import mltrack
from mltrack.api.store import init_store
from tests.registry.project import Project
from tests.support.repository import Repository
from tests.support.signing import Keys, commit_signed


def test_a_signed_commit_is_there_with_its_signer_and_its_signature(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    init_store()
    keys = Keys(tmp_path / "keys")
    Project(repo, tmp_path).register()
    commit = commit_signed(repo, keys.add("ada@example.org"))
    done = mltrack.registry_evidence("churn/1", tmp_path / "e.zip", signers=keys.signers)
    with zipfile.ZipFile(done.path) as archive:
        text = archive.read("churn-1-evidence/signatures/signatures.csv").decode()
        assert b"gpgsig" in archive.read(f"churn-1-evidence/signatures/commits/{commit}")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["commit"], row["signature"]) == (commit, "good")
    assert row["signer"] == "ada@example.org"
