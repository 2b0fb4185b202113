"""No file that git would take tells of a person or a machine where the policy says not to."""

import getpass
import gzip
import platform
import re
from pathlib import Path

from mltrack.store.layout import HIDDEN_FOLDERS
from tests.registry.project import package
from tests.support.cli import Cli
from tests.support.programs import Programs
from tests.support.repository import Repository

CONFIG = "format: 1\nidentity: {{user: {user}, host: none}}\n"
TRAIN = """
import sys, mltrack
from pathlib import Path
home, here = Path.home(), Path.cwd()
with mltrack.start_run(params={"a": 1}) as run:
    run.log_input(str(here / "data.csv"), "data", source=f"file://{here}/data.csv")
    run.log_input([1], "more", source=str(home / "more.csv"))
    run.log_metric("loss", 1)
    raise OSError(f"no file {home}/x nor {here}/y")
"""


def written(root: Path) -> dict[str, bytes]:
    """Return all that git would take of a store, unpacked, with its path before its bytes."""
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root)
        if path.is_file() and name.parts[0] not in HIDDEN_FOLDERS:
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            found[name.as_posix()] = name.as_posix().encode() + b"\n" + data
    return found


def everything_said(repo: Repository, user: str, world: Path, tmp_path: Path) -> dict[str, bytes]:
    """Do all that writes something, under a policy."""
    cli = Cli(repo.path)
    cli("init")
    (repo.path / ".mltrack" / "config.yaml").write_text(CONFIG.format(user=user))
    repo.write("data.csv", "a\n1\n")
    paths = (f"--out={world}/out", f"{repo.path}/data.csv")
    Programs(repo.path).run(TRAIN, *paths, ok=False)
    built = str(package(tmp_path / "package"))
    for command in (
        *(("note", "1", "hello"), ("tag", "1", "a=b"), ("rename", "1", "other")),
        *(("experiment", "create", "wide"), ("experiment", "tag", "wide", "a=b")),
        *(("register", built, "churn"), ("promote", "churn/1", "--to", "staging", "-m", "good")),
        *(("rm", "1", "--yes"), ("start", "--name", "shell"), ("log", "metric", "a", "1")),
        ("finish",),
    ):
        assert cli(*command).code == 0, command
    return written(repo.path / ".mltrack")


def naming(files: dict[str, bytes], private: str) -> list[str]:
    """Return the files in which something stands, not as a part of random letters or digits."""
    wanted = re.compile(rb"(?<![A-Za-z0-9])" + re.escape(private.encode()) + rb"(?![A-Za-z0-9])")
    return [name for name, data in files.items() if wanted.search(data)]


def test_where_nobody_is_to_be_named_only_the_registry_names_a_digest(
    repo: Repository, world: Path, tmp_path: Path
) -> None:
    files = everything_said(repo, "none", world, tmp_path)
    for private in ("ada", "Lovelace", "example.org", platform.node(), str(world), str(repo.path)):
        assert naming(files, private) == [], private
    digests = {name.split("/")[0] for name, data in files.items() if b"sha256:" in data}
    assert "annotations" not in digests


def test_no_path_and_no_login_of_this_machine_is_in_any_file(
    repo: Repository, world: Path, tmp_path: Path
) -> None:
    files = everything_said(repo, "hash", world, tmp_path)
    login = getpass.getuser()
    for private in ("Lovelace", platform.node(), login, str(world), str(repo.path)):
        assert naming(files, private) == [], private
