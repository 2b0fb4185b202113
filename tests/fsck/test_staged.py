"""What is staged is checked from git's index, and refused before it is history."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.fsck.kinds import Kind
from mltrack.store.yaml_reader import parse
from tests.fsck.damages import run_lost
from tests.fsck.ruin import MODEL, Ruin, write
from tests.registry.project import package
from tests.support.cli import Cli

SECRET = "ghp_" + "a1B2" * 9
HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


def new_run(ruin: Ruin, text: str = "<svg>new</svg>\n", **said: object) -> Path:
    """Make a run with a file and return its folder."""
    source = ruin.repo.write("out/new.svg", text)
    with mltrack.start_run(params=dict(said)) as run:
        run.log_metric("loss", 1)
        run.log_artifact(source, to="plots/new.svg")
    return ruin.store.layout.run_folder(run.id)


def stage(ruin: Ruin, *paths: Path) -> None:
    ruin.repo.git("add", "-A", *(["-f", *map(str, paths)] if paths else [str(ruin.root)]))


def kinds(ruin: Ruin) -> list[Kind]:
    return [finding.kind for finding in ruin.staged()]


def test_a_good_run_and_a_good_model_are_not_refused(ruin: Ruin) -> None:
    new_run(ruin, lr=0.1, tokenizer="bert-base-uncased", max_tokens=512)
    mltrack.register_model(package(ruin.repo.path.parent / "new", "new"), MODEL)
    mltrack.promote_model(f"{MODEL}/3", to="staging", reason="good")
    mltrack.tag_run(ruin.runs[0], {"team": "red"})
    stage(ruin)
    assert ruin.staged() == ()


def test_nothing_staged_is_nothing_to_refuse(ruin: Ruin) -> None:
    write(ruin.record, "")
    assert ruin.staged() == ()


def test_a_whole_store_may_be_the_first_commit(ruin: Ruin) -> None:
    ruin.forget_git()
    ruin.repo.git("init", "--quiet")
    stage(ruin)
    assert ruin.staged() == ()


def changed_record(ruin: Ruin) -> None:
    text = ruin.record.read_text()
    write(ruin.record, text.replace('name: "first"', 'name: "1st"'))


def torn_out_of_a_journal(ruin: Ruin) -> None:
    lines = ruin.journal.read_bytes().splitlines(keepends=True)
    write(ruin.journal, b"".join(lines[:-2] + lines[-1:]))


def a_link(ruin: Ruin) -> None:
    (ruin.first / "artifacts" / "link").symlink_to("/etc/hostname")


def without_its_journal(ruin: Ruin) -> None:
    folder = new_run(ruin)
    stage(ruin, folder / "run.yaml")


def running(ruin: Ruin) -> None:
    run = mltrack.start_run()
    (ruin.store.layout.run_folder(run.id) / ".gitignore").rename(ruin.repo.path / "hidden")
    stage(ruin)
    (ruin.repo.path / "hidden").rename(ruin.store.layout.run_folder(run.id) / ".gitignore")
    run.finish()


def large(ruin: Ruin) -> None:
    write(new_run(ruin) / "artifacts" / "large.bin", b"x" * (1024 * 1024 + 1))


def object_staged(ruin: Ruin) -> None:
    stage(ruin, ruin.object)


REFUSED: dict[Kind, Callable[[Ruin], object]] = {
    Kind.ARTIFACT_CHANGED: lambda r: write(r.plot, "a blot\n"),
    Kind.CHANGED_AFTER_COMMIT: changed_record,
    Kind.CONFLICT_MARKERS: lambda r: write(r.record, "<<<<<<< a\n=======\n>>>>>>> b\n"),
    Kind.DELETED_AFTER_COMMIT: lambda r: r.annotation.unlink(),
    Kind.EVENT_CHANGED: lambda r: write(r.annotation, r.annotation.read_bytes() + b"\n"),
    Kind.FILE_TOO_LARGE: large,
    Kind.GITIGNORE_COMMITTED: lambda r: write(r.first / ".gitignore", "*\n"),
    Kind.HIDDEN_STAGED: object_staged,
    Kind.MANIFEST_BROKEN: lambda r: write(r.manifest, "files: 7\n"),
    Kind.PACKAGES_BROKEN: lambda r: write(r.first / "environment.txt", ""),
    Kind.RUN_BROKEN: lambda r: write(r.record, ""),
    Kind.RUN_INCOMPLETE: without_its_journal,
    Kind.RUN_RUNNING: running,
    Kind.SECRET: lambda r: new_run(r, f"key {SECRET}\n"),
    Kind.SYMLINK: a_link,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_must_not_be_history_is_refused(kind: Kind, ruin: Ruin) -> None:
    REFUSED[kind](ruin)
    if not ruin.repo.git("diff", "--cached", "--name-only"):
        stage(ruin)
    if kind is Kind.GITIGNORE_COMMITTED:
        stage(ruin, ruin.first / ".gitignore")
    assert kind in kinds(ruin)


def test_the_index_is_read_and_not_the_disk(ruin: Ruin) -> None:
    whole = ruin.record.read_bytes()
    write(ruin.record, "")
    stage(ruin)
    write(ruin.record, whole)
    assert Kind.RUN_BROKEN in kinds(ruin)


def test_a_run_that_was_lost_and_sealed_is_not_refused(ruin: Ruin) -> None:
    folder = run_lost(ruin)
    ruin.repair()
    assert 'status: "running"' in (folder / "run.yaml").read_text()
    stage(ruin)
    assert ruin.staged() == ()


def test_a_journal_that_grew_as_a_copy_of_a_living_run_does_is_not_refused(ruin: Ruin) -> None:
    folder = run_lost(ruin)
    ruin.repair()
    ruin.repo.commit("Record it")
    with (folder / "metrics.jsonl").open("ab") as journal:
        journal.write(b'{"step":1,"time":1.0,"metrics":{"loss":0.5}}\n')
    stage(ruin)
    assert ruin.staged() == ()


def test_a_row_taken_out_of_a_committed_journal_is_refused(ruin: Ruin) -> None:
    torn_out_of_a_journal(ruin)
    stage(ruin)
    assert kinds(ruin) == [Kind.CHANGED_AFTER_COMMIT]


def test_a_run_may_be_taken_away_as_a_whole(ruin: Ruin) -> None:
    ruin.repo.git("rm", "-rq", str(ruin.first), str(ruin.annotation))
    found = [f for f in ruin.staged() if ruin.runs[0] in f.path]
    assert found == []


def test_an_event_of_a_model_never_goes_away(ruin: Ruin) -> None:
    ruin.repo.git("rm", "-q", str(ruin.events[0]))
    assert kinds(ruin) == [Kind.DELETED_AFTER_COMMIT]


def test_what_was_broken_may_be_mended(ruin: Ruin) -> None:
    whole = ruin.record.read_bytes()
    write(ruin.record, "")
    ruin.repo.commit("Break it")
    write(ruin.record, whole)
    stage(ruin)
    assert ruin.staged() == ()


@pytest.mark.parametrize(
    ("logged", "fixed", "fixer"),
    [
        ("no end", "no end\n", "end-of-file-fixer"),
        ("two\n\n\n", "two\n", "end-of-file-fixer"),
        ("space \nend\n", "space\nend\n", "trailing-whitespace"),
        ("a\r\nb\r\n", "a\nb\n", "mixed-line-ending"),
        ("a\nb\n", "a\r\nb\r\n", "autocrlf"),
        ("\ufeffa\n", "a\n", "fix-byte-order-marker"),
    ],
)
def test_a_fixer_that_changed_a_logged_text_is_named_with_the_line_that_keeps_it_out(
    logged: str, fixed: str, fixer: str, ruin: Ruin
) -> None:
    source = ruin.repo.path / "out" / "text.txt"
    source.write_bytes(logged.encode())
    with mltrack.start_run() as run:
        run.log_artifact(source, to="text.txt")
    path = ruin.store.layout.run_folder(run.id) / "artifacts" / "text.txt"
    stage(ruin)
    assert ruin.staged() == ()
    write(path, fixed)
    stage(ruin)
    [found] = ruin.staged()
    assert found.kind is Kind.ARTIFACT_CHANGED
    assert fixer in found.message
    assert r"exclude: ^\.mltrack/" in found.fix


def install_hook(ruin: Ruin, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = ruin.repo.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mltrack fsck --staged\n')
    hook.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def test_a_commit_of_some_files_is_checked_for_these_alone(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_hook(ruin, monkeypatch)
    good, bad = new_run(ruin), new_run(ruin, f"key {SECRET}\n")
    stage(ruin)
    ruin.repo.git("commit", "-qm", "Record the good one", "--", str(good))
    with pytest.raises(AssertionError, match="secret"):
        ruin.repo.git("commit", "-qm", "Record the bad one", "--", str(bad))


def test_what_is_only_meant_to_be_added_later_is_not_refused(ruin: Ruin) -> None:
    folder = new_run(ruin)
    ruin.repo.git("add", "--intent-to-add", str(folder))
    assert ruin.staged() == ()


def test_several_stores_of_a_work_tree_are_checked_from_anywhere_in_it(ruin: Ruin) -> None:
    inner = ruin.repo.path / "packages" / "one"
    ruin.root.rename(ruin.repo.path / "kept")
    inner.mkdir(parents=True)
    (ruin.repo.path / "kept").rename(inner / ".mltrack")
    run = next((inner / ".mltrack" / "runs").glob("*/*/*/run.yaml"))
    write(run, "")
    ruin.repo.git("add", "-A")
    result = Cli(ruin.repo.path)("fsck", "--staged")
    assert result.code == 1
    assert f"packages/one/.mltrack/{run.relative_to(inner / '.mltrack')}" in result.out


def test_the_hook_that_is_shipped_is_this_command() -> None:
    [hook] = parse(HOOKS.read_bytes(), "hooks").value
    assert hook["entry"] == "mltrack fsck --staged"
    assert hook["pass_filenames"] is False
    assert hook["always_run"] is True, "an `exclude` that keeps fixers out would keep it out too"
    assert re.search(hook["files"], "a/.mltrack/runs/x")
    assert not re.search(hook["files"], "a.mltrack/x")
