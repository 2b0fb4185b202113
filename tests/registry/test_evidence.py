"""All that speaks for a version, in one file that opens without us."""

import csv
import hashlib
import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import ConflictError, UsageError
from mltrack.registry.evidence import source as source_
from mltrack.registry.facts import Described
from mltrack.registry.reader import stages_of
from mltrack.registry.writing import append, changing
from tests.registry.project import Project
from tests.registry.test_lineage import evaluate, train
from tests.support.cli import Cli


def evidence(folder: Path, *, source: bool = True) -> dict[str, bytes]:
    """Write the evidence of churn/1 and return what is in it, by path below its one folder."""
    done = mltrack.registry_evidence("churn/1", folder / "churn.zip", source=source)
    with zipfile.ZipFile(done.path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def whole(project: Project) -> Project:
    """Return a project whose version has all that can speak for it."""
    project.repo.write("train.py", "print('train')\n")
    project.repo.commit("Write the code")
    project.repo.write("train.py", "print('train harder')\n")
    _, version = train(project)
    evaluate(version)
    with mltrack.start_run(name="again") as again:
        pass
    mltrack.tag_run(str(version.source.run), {"verify": "identical", "verify.run": again.id})
    project.promote("churn/1", "production")
    project.repo.commit("Register and promote")
    return project


def test_it_holds_all_that_speaks_for_a_version(whole: Project, tmp_path: Path) -> None:
    files = evidence(tmp_path)
    (version,) = mltrack.get_model("churn").versions
    (evaluation,) = mltrack.model_lineage("churn/1").evaluations
    base = whole.repo.git("rev-parse", "HEAD~1")
    events = {f"events/{path.name}": path.read_bytes() for path in whole.events}
    assert events.items() <= files.items()
    assert {
        "card.md",
        "card.html",
        "history.csv",
        "run/run.yaml",
        "run/metrics.jsonl",
        "run/environment.txt",
        "run/code.patch.gz",
        "rerun/run.yaml",
        f"evaluations/{evaluation.run}/run.yaml",
        "model/model.yaml",
        "lineage.json",
        f"source/{base}.tar",
    } <= files.keys()
    assert json.loads(files["verify.json"])["verify"] == "identical"
    assert json.loads(files["data.json"])["train"]["source"] == "data.csv"
    assert b"auc,0,0.9" in files[f"evaluations/{evaluation.run}/metrics.csv"]
    assert hashlib.sha256(files["model/MANIFEST.sha256"]).hexdigest() == version.digest
    assert b"Not in here" not in files["README.txt"]


def test_source_is_the_commit_without_the_store(whole: Project, tmp_path: Path) -> None:
    base = whole.repo.git("rev-parse", "HEAD~1")
    data = evidence(tmp_path)[f"source/{base}.tar"]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        names = archive.getnames()
        member = archive.extractfile("train.py")
        assert member is not None
        assert member.read() == b"print('train')\n"
    assert not [name for name in names if name.startswith(".mltrack")]
    assert not [name for name in evidence(tmp_path / "b", source=False) if "source/" in name]


def test_commits_that_brought_events_can_be_checked_without_us(
    whole: Project, tmp_path: Path
) -> None:
    files = evidence(tmp_path)
    rows = list(csv.DictReader(io.StringIO(files["signatures/signatures.csv"].decode())))
    head = whole.repo.git("rev-parse", "HEAD")
    assert {row["event"] for row in rows} == {path.stem for path in whole.events}
    assert {(row["commit"], row["signature"]) for row in rows} == {(head, "none")}
    said = subprocess.run(
        ["git", "hash-object", "-t", "commit", "--stdin"],
        input=files[f"signatures/commits/{head}"],
        capture_output=True,
        check=True,
    )
    assert said.stdout.decode().strip() == head


def test_every_file_is_in_the_manifest_that_sha256sum_reads(whole: Project, tmp_path: Path) -> None:
    done = mltrack.registry_evidence("churn/1", tmp_path / "e.zip")
    with zipfile.ZipFile(done.path) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "churn-1-evidence"
    subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST.sha256"], cwd=folder, check=True)
    listed = (folder / "MANIFEST.sha256").read_text().count("\n")
    there = [path for path in folder.rglob("*") if path.is_file()]
    assert listed == len(there) - 1 == done.files - 1


def test_the_same_state_gives_the_same_bytes(whole: Project, tmp_path: Path) -> None:
    first, second = (
        mltrack.registry_evidence("churn/1", tmp_path / name).path for name in ("a.zip", "b.zip")
    )
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert archive.namelist() == sorted(archive.namelist())


def test_what_is_not_here_is_listed_instead_of_failing(project: Project, tmp_path: Path) -> None:
    version = project.register()
    (project.store.layout.run_folder(str(version.source.run)) / "run.yaml").unlink()
    text = evidence(tmp_path)["README.txt"].decode()
    assert f"run: {version.source.run} is not here" in text
    assert "model: the files of churn v1 are not here" in text
    assert f"no commit of this branch added event {version.event}" in text
    assert "nobody has run `mltrack verify`" in text


def test_a_commit_that_is_not_here_is_listed(whole: Project, tmp_path: Path) -> None:
    base = whole.repo.git("rev-parse", "HEAD~1")
    whole.repo.git("checkout", "--quiet", "--orphan", "fresh")
    whole.repo.commit("Begin anew")
    whole.repo.git("branch", "-D", "main")
    whole.repo.git("reflog", "expire", "--expire=now", "--all")
    whole.repo.git("gc", "--quiet", "--prune=now")
    assert (
        f"source/{base}.tar: the commit is not in this" in evidence(tmp_path)["README.txt"].decode()
    )


def test_source_that_is_too_much_is_listed(
    whole: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_, "MOST_BYTES", 100)
    files = evidence(tmp_path)
    assert b"more than 100 bytes of source" in files["README.txt"]
    assert not [name for name in files if name.startswith("source/")]


def test_nothing_behind_a_link_gets_in(whole: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret of this machine")
    (version,) = mltrack.get_model("churn").versions
    journal = whole.store.layout.run_folder(str(version.source.run)) / "metrics.jsonl"
    journal.unlink()
    journal.symlink_to(secret)
    (whole.events[0].parent / f"{whole.events[0].stem[:-1]}x.yaml").symlink_to(secret)
    files = evidence(tmp_path)
    assert not [name for name, data in files.items() if b"secret of this machine" in data]
    assert "run/metrics.jsonl" in files["README.txt"].decode()


def test_what_people_wrote_is_only_text_in_the_page(whole: Project, tmp_path: Path) -> None:
    with changing(whole.store, "churn", stages_of(whole.store)) as state:
        fact = Described(version=None, fields={"purpose": "<script>alert(1)</script>"})
        append(whole.store, state, fact, name="churn", reason="<img src=x onerror=alert(1)>")
    page = evidence(tmp_path)["card.html"].decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_a_spreadsheet_runs_nothing_of_it_and_reads_every_number(
    project: Project, tmp_path: Path
) -> None:
    with mltrack.start_run() as run:
        run.log_metrics({"down": float("-inf"), "lost": float("nan"), "loss": -0.5})
        run.log_artifact(project.package(), to="model")
    mltrack.register_model(run.id, "churn", reason="=HYPERLINK(1)")
    files = evidence(tmp_path)
    (row,) = csv.DictReader(io.StringIO(files["history.csv"].decode()))
    assert row["reason"] == "'=HYPERLINK(1)"
    rows = files["run/metrics.csv"].decode().splitlines()
    assert rows[1:] == ["down,0,-Infinity", "loss,0,-0.5", "lost,0,NaN"]


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.registry.project import package

    monkeypatch.chdir(tmp_path)
    mltrack.init_store()
    mltrack.register_model(package(tmp_path / "package"), "churn")
    text = evidence(tmp_path / "out")["README.txt"].decode()
    assert "signatures: the store is in no git repository" in text
    assert "run: registered from a folder" in text


def test_a_file_that_is_there_is_not_replaced_unasked(
    project: Project, tmp_path: Path, cli: Cli
) -> None:
    project.register()
    file = tmp_path / "churn.zip"
    file.write_text("mine")
    with pytest.raises(ConflictError, match="there already"):
        mltrack.registry_evidence("churn/1", file)
    words = ("registry", "evidence", "churn/1", "-o", str(file))
    refused = cli(*words, cwd=project.repo.path)
    assert (refused.code, file.read_text()) == (2, "mine")
    done = cli(*words, "--yes", "--no-source", cwd=project.repo.path)
    assert (done.code, zipfile.is_zipfile(file)) == (0, True)
    assert "warning: not in it: verify.json" in done.err
    assert not list(tmp_path.glob("*.*.*"))


@pytest.mark.parametrize("place", [".mltrack/models/churn/events/e.zip", ".mltrack/config.yaml"])
def test_it_does_not_go_into_the_store(whole: Project, place: str) -> None:
    before = whole.repo.git("status", "--porcelain", "--untracked-files=all")
    with pytest.raises(UsageError, match="is in the store"):
        mltrack.registry_evidence("churn/1", place, overwrite=True)
    assert whole.repo.git("status", "--porcelain", "--untracked-files=all") == before


def test_a_folder_is_never_replaced(whole: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        mltrack.registry_evidence("churn/1", tmp_path, overwrite=True)


@pytest.mark.parametrize("words", [("registry", "evidence"), ("model", "card")])
def test_a_name_that_no_file_can_have_is_an_error_in_words(
    project: Project, cli: Cli, words: tuple[str, str]
) -> None:
    project.register()
    done = cli(*words, "churn/1", "-o", "x" * 300, cwd=project.repo.path)
    assert done.code == 1
    assert "File name too long" in done.err
