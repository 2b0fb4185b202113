"""What a record brings that its user has not made runs only when that is said."""

import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import COMMAND, LOG, LR, ran, shown
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Stranger":
    return Stranger(tmp_path, monkeypatch)


@pytest.fixture
def patched(project: Project, cli: Cli, repo: Repository) -> tuple[Path, str]:
    """Return a project, and a run of it whose code was in no commit."""
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    repo.write("main.py", f"print('from the patch')\n{LOG}")
    return folder, ran(cli, folder)


class Stranger:
    """Somebody else, who has none of the settings of who made the runs."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = tmp_path / "settings of another"
        self._monkeypatch = monkeypatch

    def comes(self) -> None:
        self._monkeypatch.setenv("XDG_CONFIG_HOME", str(self.settings))


def test_committed_code_of_others_without_packages_runs(
    project: Project, cli: Cli, repo: Repository, stranger: Stranger
) -> None:
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    first = ran(cli, folder)
    stranger.comes()

    assert cli("rerun", first, cwd=folder).code == 0


def test_a_patch_of_others_runs_only_when_that_is_said(
    patched: tuple[Path, str], cli: Cli, stranger: Stranger
) -> None:
    folder, first = patched
    stranger.comes()

    refused = cli("rerun", first, cwd=folder)
    verdict = cli("verify", first, cwd=folder)
    trusted = cli("rerun", first, "--trust", cwd=folder)
    again = cli("rerun", first, cwd=folder)

    assert (refused.code, refused.out) == (125, "")
    assert "code.patch.gz" in refused.err
    assert "--trust" in refused.err
    assert (verdict.code, verdict.out) == (4, "")
    assert (trusted.code, trusted.out) == (0, "from the patch\n")
    assert (again.code, again.out) == (0, "from the patch\n")


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 125)])
def test_somebody_at_a_terminal_is_asked(
    patched: tuple[Path, str], cli: Cli, stranger: Stranger, answer: str, code: int
) -> None:
    folder, first = patched
    stranger.comes()

    seen = on_a_terminal("rerun", first, cwd=folder, answer=answer)

    assert "the patch code.patch.gz, which no run of yours had" in seen.text
    assert "trust it? [y/N]" in seen.text
    assert seen.code == code


def test_code_that_is_taken_as_it_is_now_needs_no_word(
    patched: tuple[Path, str], cli: Cli, stranger: Stranger
) -> None:
    folder, first = patched
    stranger.comes()

    assert cli("rerun", first, "--current", "code", cwd=folder).code == 0


def test_a_commit_that_no_branch_holds_runs_only_when_that_is_said(
    project: Project, cli: Cli, repo: Repository, stranger: Stranger
) -> None:
    folder = project(LOG, LR, COMMAND)
    repo.git("checkout", "--quiet", "--orphan", "feature")
    commit = repo.commit("A project")
    first = ran(cli, folder)
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "feature")
    repo.git("reflog", "expire", "--expire=now", "--all")
    stranger.comes()

    refused = cli("rerun", first, cwd=folder)

    assert refused.code == 125
    assert commit[:12] in refused.err
    assert cli("rerun", first, "--trust", cwd=folder).code == 0


def test_packages_of_others_are_installed_only_when_that_is_said(
    project: Project, cli: Cli, repo: Repository, stranger: Stranger
) -> None:
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    first = ran(cli, folder, "--env", "local")
    stranger.comes()

    refused = cli("rerun", first, cwd=folder)

    assert refused.code == 125
    assert "environment.txt" in refused.err
    assert cli("rerun", first, "--env", "local", cwd=folder).code == 0
    assert cli("rerun", first, "--current", "env", cwd=folder).code == 0


def test_a_command_line_of_others_runs_only_when_that_is_said(
    cli: Cli, repo: Repository, stranger: Stranger
) -> None:
    repo.write("train.py", "import mltrack\nmltrack.log_metric('a', 1.0)\n")
    repo.commit("A script")
    subprocess.run([sys.executable, "train.py", "--lr", "0.1"], cwd=repo.path, check=True)
    stranger.comes()

    refused = cli("rerun", "1", "--env", "local", cwd=repo.path)

    assert refused.code == 125
    assert "train.py --lr 0.1" in refused.err
    assert cli("rerun", "1", "--env", "local", "--trust", cwd=repo.path).code == 0


@pytest.mark.parametrize("where", ["absolute", "upwards"])
def test_data_that_a_record_of_others_finds_elsewhere_is_read_only_when_that_is_said(
    project: Project, cli: Cli, repo: Repository, stranger: Stranger, tmp_path: Path, where: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    tail = "params:\n  data: {type: path, default: main.py, keep: true}\n"
    folder = project("print('ran')\n", tail, '[python, main.py, "{data}"]')
    repo.commit("A project")
    given = {"absolute": str(secret), "upwards": "../secret.txt"}[where]
    first = ran(cli, folder, "-P", f"data={given}")
    own = cli("rerun", first, cwd=folder)
    assert own.code == 0 or f"-P data={secret}" in own.err
    stranger.comes()

    refused = cli("rerun", first, cwd=folder)

    assert refused.code == 125
    assert "neither made nor trusted" in refused.err
    assert cli("rerun", first, "-P", "data=main.py", cwd=folder).code == 0


def test_what_is_vouched_for_lies_in_the_users_settings_alone(
    project: Project, cli: Cli, repo: Repository, stranger: Stranger
) -> None:
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    repo.write("main.py", f"print('from the patch')\n{LOG}")
    stranger.comes()
    first = ran(cli, folder)

    second = ran(cli, folder)

    listed = (stranger.settings / "mltrack" / "runs.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ")[3] for line in listed] == [
        shown(cli, folder, run)["id"] for run in (first, second)
    ]


def test_a_run_of_ones_own_that_somebody_changed_is_not_ones_own(
    patched: tuple[Path, str], cli: Cli
) -> None:
    folder, first = patched
    (record,) = (folder / ".mltrack" / "runs").rglob("run.yaml")
    patch = record.with_name("code.patch.gz")
    changed = gzip.decompress(patch.read_bytes()).replace(b"from the patch", b"from a stranger")
    patch.write_bytes(gzip.compress(changed))
    digest = hashlib.sha256(changed).hexdigest()
    text = re.sub(r'(?m)^  patch: ".*"$', f'  patch: "{digest}"', record.read_text("utf-8"))
    record.write_text(text, encoding="utf-8")

    refused = cli("rerun", first, cwd=folder)

    assert refused.code == 125
    assert "code.patch.gz" in refused.err


def test_a_process_vouches_for_what_its_runs_share_once(
    repo: Repository, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    stranger.comes()
    code = "import mltrack\nfor _ in range(3):\n    mltrack.start_run().finish()\n"

    subprocess.run([sys.executable, "-c", code], check=True)

    assert len((stranger.settings / "mltrack" / "runs.txt").read_text().splitlines()) == 1
