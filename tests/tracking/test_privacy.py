"""A run tells no more of its user and machine than the policy allows, and no path of it."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.relative import shown, shown_folder
from tests.support.programs import Programs
from tests.support.repository import Repository

TRAINING = """
import sys, mltrack
with mltrack.start_run() as run:
    run.log_metric("loss", 1)
    raise OSError(f"no file {sys.argv[-1]}")
"""


def written(project: Repository) -> dict[str, bytes]:
    """Return all that git would commit of the store."""
    root = project.path / ".mltrack"
    kept = [p for name in ("runs", "annotations") for p in (root / name).rglob("*") if p.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in kept}


def test_no_path_of_this_machine_is_in_a_runs_files(
    project: Repository, store: Store, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    script = outside / "train.py"
    script.write_text(TRAINING)
    arguments = [
        f"--data={project.path}/data.csv", "--out", f"{world}/out", f"-I{project.path}",
        f"{project.path},{world}", str(project.path), f"{project.path}/missing.csv",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=outside,
        env={**os.environ, "MLTRACK_STORE": str(store.root)}
        | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "OSError" in done.stderr
    for path, content in written(project).items():
        for private in (project.path, world, outside):
            assert str(private).encode() not in content, path
    run = mltrack.get_run("1")
    assert run.record.project == {
        "argv": [
            "train.py", "--data=data.csv", "--out", "~/out", "-I.", ".,~", ".", "missing.csv",
        ],
        "folder": None,
    }  # fmt: skip
    assert run.record.error == "OSError: no file missing.csv"


def test_the_folder_and_the_script_are_relative_to_the_project(project: Repository) -> None:
    project.write("src/fit.py", "import mltrack; mltrack.log_metric('loss', 1)\n")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(project.path / "src" / "fit.py"), "--lr", "1"]
    subprocess.run(command, cwd=project.path / "src", env=environment, check=True)
    told = mltrack.get_run("1").record.project
    assert told == {"argv": ["src/fit.py", "--lr", "1"], "folder": "src"}


def test_secrets_on_the_command_line_are_masked(programs: Programs) -> None:
    programs.run(
        "import mltrack; mltrack.log_metric('loss', 1)",
        "--api-key", "abcdefghijkl", "--password=hunter2hunter2", "https://me:pw@x.org/a",
        "--max-tokens", "512",
    )  # fmt: skip
    assert mltrack.get_run("1").record.project["argv"][1:] == [
        "--api-key", "****", "--password=****", "https://x.org/a", "--max-tokens", "512",
    ]  # fmt: skip


def test_the_host_is_told_unless_the_policy_says_not_to(project: Repository) -> None:
    with mltrack.start_run():
        pass
    assert mltrack.get_run("1").record.host == platform.node()


def test_without_hosts_none_is_in_any_file(
    project: Repository, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_IDENTITY_HOST", "none")
    monkeypatch.delenv("MLTRACK_USER")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        programs.run("import mltrack; mltrack.log_param('a', 1)", env={"MLTRACK_RUN_ID": run.id})
    programs.run(f"import os, mltrack; mltrack.start_run(resume={run.id!r}); os._exit(0)")
    with mltrack.start_run():
        pass
    read = mltrack.get_run(run.id)
    assert read.record.host is None
    assert read.record.user
    assert "@" not in read.record.user
    for path, content in written(project).items():
        assert b'"host"' not in content, path
        assert f"@{platform.node()}".encode() not in content, path


@pytest.mark.parametrize(
    ("policy", "user"),
    [("email", "ada@example.org"), ("none", None), ("hash", "sha256:")],
)
def test_the_user_is_told_as_the_policy_says(
    project: Repository, monkeypatch: pytest.MonkeyPatch, policy: str, user: str | None
) -> None:
    monkeypatch.setenv("MLTRACK_IDENTITY_USER", policy)
    with mltrack.start_run():
        pass
    record = mltrack.get_run("1").record
    assert record.user == user or str(record.user).startswith("sha256:")
    assert record.user_source == ("MLTRACK_USER" if user else None)
    everything = b"".join(written(project).values())
    assert (b"ada@example.org" in everything) is (policy == "email")


def test_packages_are_names_and_versions(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "true")
    with mltrack.start_run():
        pass
    packages = mltrack.get_run("1").packages
    names = [line.partition("==")[0] for line in packages]
    assert names == sorted(set(names))
    assert any(line.startswith("pytest==") for line in packages)
    assert all(line.count("==") == 1 and "/" not in line for line in packages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/u/proj", "."),
        ("/home/u/proj/", "./"),
        ("/home/u/proj/a/b.py", "a/b.py"),
        ("/home/u/project2/a", "~/project2/a"),
        ("/home/u", "~"),
        ("/home/user2/x", "/home/user2/x"),
        ("/mnt/home/u/x", "/mnt/home/u/x"),
        ("file:///home/u/x", "file:///home/u/x"),
        ("--data=/home/u/proj/d.csv", "--data=d.csv"),
        ("a:/home/u/x:/home/u/proj/y", "a:~/x:y"),
        ("open('/home/u/proj/d.csv')", "open('d.csv')"),
        ("[Errno 2]: '/home/u/x'", "[Errno 2]: '~/x'"),
        ("nothing here", "nothing here"),
    ],
)
def test_paths_are_shown_relative_to_the_project_or_home(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home/u")
    assert shown(text, Path("/home/u/proj")) == expected


def test_a_folder_outside_both_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/u")
    assert shown_folder(Path("/srv/x"), Path("/home/u/proj")) is None
    assert shown_folder(Path("/home/u/proj/src"), Path("/home/u/proj")) == "src"


def test_a_project_in_the_root_of_the_disk_does_not_cut_every_path() -> None:
    assert shown("/etc/x", Path("/")) == "/etc/x"
