"""`diff` shows how the code that ran, the environment and the files of two runs differ."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal

RUN = """
import mltrack
with mltrack.start_run(name={name!r}) as run:
    run.log_artifact("report.txt")
"""


@pytest.fixture
def two(here: Cli, script: Script, repo: Repository) -> Cli:
    """Return the command beside two runs: of a commit, and of another with uncommitted changes."""
    repo.write("train.py", "lr = 1\nprint(lr)\n")
    repo.write("report.txt", "acc 0.5\n")
    repo.write("lib/model.py", "depth = 3\n")
    repo.commit("Code")
    script(RUN.format(name="first"))
    repo.write("lib/model.py", "depth = 4\n")
    repo.write("report.txt", "acc 0.7\n")
    repo.commit("Deeper")
    repo.write("train.py", "lr = 2\nprint(lr)\n")
    script(RUN.format(name="second"))
    repo.git("checkout", "--quiet", "--", "train.py")
    return here


def test_the_code_is_that_which_ran_committed_or_not(two: Cli, repo: Repository) -> None:
    before = repo.git("status", "--porcelain")
    done = two("diff", "2", "1")
    assert done.code == 1
    assert "--- a/lib/model.py\n+++ b/lib/model.py" in done.out
    assert "-depth = 3\n+depth = 4" in done.out
    assert "-lr = 1\n+lr = 2" in done.out
    assert repo.git("status", "--porcelain") == before
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_a_code_diff_is_one_that_git_applies(two: Cli, repo: Repository, tmp_path: Path) -> None:
    patch = tmp_path / "code.diff"
    patch.write_text(two("diff", "2", "1", "lib/model.py").out)
    repo.git("checkout", "--quiet", "HEAD~1", "--", "lib/model.py")
    repo.git("apply", str(patch))
    assert (repo.path / "lib/model.py").read_text() == "depth = 4\n"


def test_programs_and_settings_of_the_repository_have_no_part_in_it(
    two: Cli, repo: Repository, tmp_path: Path
) -> None:
    shown = two("diff", "2", "1").out
    ran = tmp_path / "ran"
    evil = tmp_path / "hooks" / "post-index-change"
    evil.parent.mkdir()
    evil.write_text(f"#!/bin/sh\necho x >> '{ran}'\ncat\n")
    evil.chmod(0o755)
    repo.write(".git/info/attributes", "* diff=evil filter=evil\n")
    for key in ("core.fsmonitor", "core.pager", "filter.evil.clean", "filter.evil.smudge"):
        repo.git("config", key, str(evil))
    for key in ("diff.external", "diff.evil.command", "diff.evil.textconv"):
        repo.git("config", key, str(evil))
    repo.git("config", "core.hooksPath", str(evil.parent))
    repo.git("config", "diff.orderFile", "/nowhere/at/all")
    repo.git("config", "color.ui", "always")
    repo.git("config", "diff.noprefix", "true")
    assert two("diff", "2", "1").out == shown
    assert not ran.exists()


def test_files_that_differ_are_shown_by_size_and_texts_by_line(two: Cli) -> None:
    out = two("diff", "2", "1").out
    assert re.search(r"artifacts\n  report.txt  changed  8 B  ->  8 B\n", out)
    assert "--- a/artifacts/report.txt\n+++ b/artifacts/report.txt" in out
    assert "-acc 0.5\n+acc 0.7" in out


def test_names_and_sizes_alone_can_be_asked_for(two: Cli) -> None:
    names = two("diff", "2", "1", "--name-only")
    assert names.out.splitlines() == [
        "lib/model.py",
        "report.txt",
        "train.py",
        "artifacts/report.txt",
    ]
    stat = two("diff", "2", "1", "--stat").out
    assert "lib/model.py  +1 -1" in stat
    assert "depth" not in stat
    assert two("diff", "2", "1", "--stat", "--name-only").code == 2


def test_paths_narrow_what_is_compared(two: Cli) -> None:
    assert two("diff", "2", "1", "lib", "--name-only").out == "lib/model.py\n"
    nothing = two("diff", "2", "1", "nowhere")
    assert (nothing.code, nothing.out) == (0, "")


def test_equal_runs_exit_with_zero(two: Cli) -> None:
    done = two("diff", "1", "1")
    told = "nothing differs: for parameters and metrics there is mltrack compare\n"
    assert (done.code, done.out, done.err) == (0, "", told)


def test_json_has_all_of_it(two: Cli) -> None:
    document = two("diff", "2", "1", "-o", "json").json()
    assert list(document) == ["format", "diff"]
    assert document["diff"]["code"]["changes"][0]["path"] == "lib/model.py"
    assert document["diff"]["artifacts"][0]["before"] == 8


def test_packages_that_differ_are_named(two: Cli, repo: Repository) -> None:
    first = two("show", "2", "-o", "json").json()["run"]["id"]
    (one,) = (repo.path / ".mltrack/runs").rglob(f"{first}/environment.txt")
    lines = one.read_text().splitlines()
    name = lines[0].partition("==")[0]
    one.write_text("\n".join([f"{name}==0.0.1", *lines[1:]]) + "\n")
    found = two("diff", "2", "1").out
    assert re.search(rf"environment\n  {re.escape(name)}  0.0.1  ->  ", found)


def test_code_that_is_not_here_is_said_and_the_rest_is_compared(
    two: Cli, repo: Repository, tmp_path: Path
) -> None:
    (run,) = [r for r in two("ls", "-o", "json").json()["runs"] if r["name"] == "first"]
    file = next((repo.path / ".mltrack/runs").rglob(f"{run['id']}/run.yaml"))
    file.write_text(re.sub(r"\b[0-9a-f]{40}\b", "0" * 40, file.read_text()))
    done = two("diff", "2", "1")
    assert done.code == 1
    assert "the code of run" in done.err
    assert "is not here: there is no commit 000000000000" in done.err
    assert "artifacts/report.txt" in done.out


def test_what_lies_in_files_acts_on_no_terminal(
    here: Cli, script: Script, repo: Repository
) -> None:
    for number in (1, 2):
        repo.write("report.txt", f"\x1b[2J\u202e{number}\tx\n")
        repo.write("a\x1b.py", f"'\x1b[31m{number}'\n")
        script(RUN.format(name="x"))
        repo.commit("Evil")
    seen = on_a_terminal("diff", "2", "1", cwd=repo.path)
    assert "\x1b[2J" not in seen.text
    assert "\u202e" not in seen.text
    assert "\x1b[32m+" in seen.text
    plain = here("diff", "2", "1")
    assert "\x1b" not in plain.out
    assert json.dumps(plain.out)


def test_two_runs_are_needed(two: Cli) -> None:
    assert two("diff", "1").code == 2
    assert two("diff", "1..2", "1").code == 2
    assert two("diff", "1", "zzzzzz").code == 3
