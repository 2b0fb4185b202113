"""Settings of a clone run no program for the registry, and change none of its answers."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

import mltrack
from tests.registry.project import Project
from tests.support.cli import Cli

SETTINGS = {
    "core.fsmonitor": "{program}",
    "core.pager": "{program}",
    "core.autocrlf": "true",
    "diff.external": "{program}",
    "diff.relative": "true",
    "filter.all.smudge": "{program}",
    "gpg.program": "{program}",
    "gpg.ssh.program": "{program}",
    "i18n.logOutputEncoding": "UTF-16",
    "log.follow": "true",
    "log.showSignature": "true",
    "tar.umask": "0777",
}
SIGNED = """\
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lHAAAAAQ==
 -----END SSH SIGNATURE-----

Sign it
"""


@pytest.fixture
def promoted(project: Project) -> Project:
    """Return a project with version 1 in production on main, and more on a branch."""
    project.repo.write("train.py", "print('train')\n")
    project.repo.write(".gitattributes", "*.py filter=all\nREADME.md export-ignore\n")
    project.repo.commit("Train")
    project.register()
    project.promote("churn/1", "production")
    project.repo.commit("Promote")
    project.repo.branch("change")
    project.register()
    project.repo.commit("Register")
    sign_last_commit(project)
    return project


def sign_last_commit(project: Project) -> None:
    """Put a signature of nobody on the last commit."""
    head, _, _ = project.repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    file = project.repo.path.with_name("signed")
    file.write_text(f"{head}\n{SIGNED}", "utf-8")
    signed = project.repo.git("hash-object", "-t", "commit", "-w", "--literally", str(file))
    project.repo.git("reset", "--quiet", "--hard", signed)


def answers(cli: Cli, folder: Path) -> list[object]:
    """Return what the commands say that ask git, and the evidence byte for byte."""
    asked = (
        ("registry", "at", "HEAD~1", "--output", "json"),
        ("registry", "at", "2099-01-01", "--output", "json"),
        ("registry", "diff", "HEAD~1", "--output", "json"),
        ("registry", "check", "--base", "main", "--output", "json"),
        ("registry", "history", "--output", "json"),
    )
    done = [cli(*words, cwd=Path.cwd()) for words in asked]
    assert {one.code for one in done} == {0}
    file = mltrack.registry_evidence("churn/1", folder / f"{len([*folder.iterdir()])}.zip")
    return [*((one.code, one.out) for one in done), file.path.read_bytes(), *file.missing]


def test_settings_of_a_clone_run_nothing_and_change_no_answer(
    promoted: Project, cli: Cli, tmp_path: Path
) -> None:
    folder, ran = tmp_path / "evidence", tmp_path / "ran"
    folder.mkdir()
    before = answers(cli, folder)
    program = tmp_path / "program.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {ran}\ncat\n', "utf-8")
    program.chmod(0o755)
    for key, value in SETTINGS.items():
        promoted.repo.git("config", key, value.format(program=program))
    assert answers(cli, folder) == before
    assert not ran.exists()


def test_a_commit_that_was_replaced_tells_what_its_own_bytes_say(
    promoted: Project, cli: Cli, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    before = answers(cli, folder)
    first = promoted.repo.git("rev-list", "--max-parents=0", "HEAD")
    for commit in ("HEAD", "main"):
        promoted.repo.git("replace", promoted.repo.git("rev-parse", commit), first)
    grafts = promoted.repo.path / ".git" / "info" / "grafts"
    grafts.write_text(f"{promoted.repo.git('rev-parse', 'HEAD')} {first}\n", "utf-8")
    assert answers(cli, folder) == before


def test_source_is_in_the_evidence_as_the_commit_has_it(promoted: Project, tmp_path: Path) -> None:
    promoted.repo.git("config", "core.autocrlf", "true")
    done = mltrack.registry_evidence("churn/1", tmp_path / "e.zip")
    with zipfile.ZipFile(done.path) as parcel:
        (name,) = [one for one in parcel.namelist() if "/source/" in one]
        with tarfile.open(fileobj=io.BytesIO(parcel.read(name))) as archive:
            there = archive.getnames()
            found = archive.extractfile("train.py")
            assert found is not None
            assert found.read() == b"print('train')\n"
    assert there == [".gitattributes", "README.md", "train.py"]
