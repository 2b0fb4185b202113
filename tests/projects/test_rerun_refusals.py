"""What `mltrack rerun` refuses, and what it says then."""

import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.projects.reruns import COMMAND, LOG, LR, ran, record_of, shown
from tests.support.cli import Cli
from tests.support.repository import Repository


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["nosuchrun"], "no run matches"),
        (["1", "--current", "cod"], "did you mean code?"),
        (["1", "-P", "nope=1"], "declares no parameter nope"),
        (["1", "-P", "lr=x"], "cannot be 'x'"),
        (["1", "--env", "docker"], "'docker' is not one of"),
    ],
)
def test_what_cannot_be_meant(committed: Path, cli: Cli, options: list[str], told: str) -> None:
    ran(cli, committed)

    done = cli("rerun", *options, cwd=committed)

    assert done.code == 125
    assert told in done.err


def test_a_run_that_is_running(committed: Path, cli: Cli) -> None:
    assert cli("start", cwd=committed).code == 0

    done = cli("rerun", "1", cwd=committed)

    assert done.code == 125
    assert "still running" in done.err


def test_a_run_that_was_removed(committed: Path, cli: Cli) -> None:
    handle = ran(cli, committed)
    assert cli("rm", handle, "--yes", cwd=committed).code == 0

    done = cli("rerun", handle, cwd=committed)

    assert done.code == 125
    assert f"fix: mltrack restore {handle}" in done.err


def test_a_run_outside_of_git(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "project.yaml").write_text(
        f"format: 1\nname: t\nentry_points: {{main: {{command: {COMMAND}}}}}\n{LR}"
    )
    (folder / "main.py").write_text(LOG)
    ran(cli, folder)

    done = cli("rerun", "1", cwd=folder)

    assert done.code == 125
    assert "lies in no git repository" in done.err
    assert cli("rerun", "1", "--current", "code", cwd=folder).code == 0


def test_git_is_not_installed(committed: Path, cli: Cli, tmp_path: Path) -> None:
    ran(cli, committed)

    done = cli("rerun", "1", cwd=committed, env={**os.environ, "PATH": str(tmp_path)})

    assert done.code == 125
    assert "needs git, which is not installed here" in done.err


def test_a_patch_that_is_gone_or_altered(committed: Path, cli: Cli, repo: Repository) -> None:
    repo.write("main.py", LOG + "# changed\n")
    handle = ran(cli, committed)
    patch = record_of(committed).with_name("code.patch.gz")
    whole = patch.read_bytes()

    patch.write_bytes(gzip.compress(b"diff --git a/x b/x\n"))
    altered = cli("rerun", handle, cwd=committed)
    patch.write_bytes(whole[: len(whole) // 2])
    cut = cli("rerun", handle, cwd=committed)
    patch.unlink()
    gone = cli("rerun", handle, cwd=committed)

    assert [done.code for done in (altered, cut, gone)] == [125, 125, 125]
    assert "is not the patch that the run recorded" in altered.err
    assert "is broken" in cut.err
    assert "is not there" in gone.err


@pytest.mark.parametrize("path", [".mltrack/config.yaml", ".git/hooks/x", "../outside", "a/.GIT/x"])
def test_a_patch_that_writes_elsewhere_is_refused(
    committed: Path, cli: Cli, repo: Repository, path: str
) -> None:
    repo.write("main.py", LOG + "# changed\n")
    handle = ran(cli, committed)
    evil = (
        f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
        "@@ -0,0 +1 @@\n+x\n"
    ).encode()
    record = record_of(committed)
    record.with_name("code.patch.gz").write_bytes(gzip.compress(evil))
    old = shown(cli, committed)["code"]["patch"]
    text = record.read_text().replace(old, hashlib.sha256(evil).hexdigest())
    record.write_text("".join(w for w in text.splitlines(True) if not w.startswith("check:")))

    done = cli("rerun", handle, cwd=committed)

    assert done.code == 125, done.err
    assert not (committed.parent / "outside").exists()
    assert not list(committed.parent.rglob("hooks/x"))


@pytest.mark.parametrize("folder", ["..", "/etc", "a/../../b", "~/x", "no/such"])
def test_a_folder_that_leads_elsewhere(committed: Path, cli: Cli, folder: str) -> None:
    handle = ran(cli, committed)
    record = record_of(committed)
    lines = [
        line.replace('"."', json.dumps(folder)) if line.startswith("  folder:") else line
        for line in record.read_text().splitlines(keepends=True)
        if not line.startswith("check:")
    ]
    record.write_text("".join(lines))

    done = cli("rerun", handle, cwd=committed)

    assert done.code == 125
    assert "error:" in done.err
    assert "bug" not in done.err


def test_a_project_file_or_entry_that_is_gone(committed: Path, cli: Cli, repo: Repository) -> None:
    handle = ran(cli, committed)
    text = (committed / "project.yaml").read_text()
    repo.write("project.yaml", text.replace("main:", "other:"))
    other = cli("rerun", handle, "--current", "code", cwd=committed)
    (committed / "project.yaml").unlink()
    gone = cli("rerun", handle, "--current", "code", cwd=committed)

    assert (other.code, gone.code) == (125, 125)
    assert "it has: other" in other.err
    assert "has no project.yaml" in gone.err


def test_a_parameter_that_the_code_does_not_know_any_more(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    handle = ran(cli, committed)
    repo.write(
        "project.yaml",
        "format: 1\nname: trial\nentry_points: {main: {command: [python, main.py]}}\n",
    )

    done = cli("rerun", handle, "--current", "code", cwd=committed)

    assert done.code == 125
    assert "declares no parameter lr" in done.err
