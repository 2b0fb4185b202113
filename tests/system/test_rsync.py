"""A store on another machine is fetched through rsync, here with a shell that stays on this one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importers.sides import RUN, SMALL, Side
from tests.support.cli import Cli, Result

STAND_IN = """\
#!/bin/sh
echo "$@" >> {log}
[ "$1" = -l ] && shift 2
shift
exec sh -c "$*"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let rsync reach this machine whatever host it is given; return what it asked for."""
    assert shutil.which("rsync"), "rsync is missing: run make test-system"
    shell = tmp_path / "shell"
    log = tmp_path / "log"
    shell.write_text(STAND_IN.format(log=log), encoding="ascii")
    shell.chmod(0o755)
    monkeypatch.setenv("RSYNC_RSH", str(shell))
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    return log


@pytest.fixture
def here(tmp_path: Path, log: Path) -> Side:
    """Return the project into which a store is imported."""
    return Side.create(tmp_path / "here")


@pytest.fixture(params=["there", "a place; touch pwned 'x' $(id)"])
def there(tmp_path: Path, log: Path, request: pytest.FixtureRequest) -> Iterator[Side]:
    """Return the project on the other machine, which may have a name that shells act on."""
    yield Side.create(tmp_path / str(request.param))
    assert not list(tmp_path.rglob("pwned"))


def imported(here: Side, there: Side, cli: Cli, *options: str) -> Result:
    return cli("import", f"ada@cluster:{there.path}", *options, cwd=here.path)


def test_a_store_of_another_machine_comes_whole(here: Side, there: Side, cli: Cli) -> None:
    there.run(RUN)
    result = imported(here, there, cli)
    assert result.code == 0, result.err
    assert here.files() == there.files()
    assert here.leftovers() == []


def test_only_what_is_missing_is_fetched_again(
    here: Side, there: Side, cli: Cli, log: Path
) -> None:
    there.run(RUN)
    imported(here, there, cli)
    asked = len(log.read_text(encoding="utf-8").splitlines())
    again = imported(here, there, cli, "-o", "json").json()["import"]
    assert (again["same"], again["new"], again["objects"]) == (1, [], 0)
    assert len(log.read_text(encoding="utf-8").splitlines()) == asked + 1  # no objects


def test_what_is_of_that_machine_alone_is_not_fetched(
    here: Side, there: Side, cli: Cli, tmp_path: Path
) -> None:
    there.run(SMALL, "1")
    for name in ("cache", "quarantine", "locks", "local"):
        os.mkfifo(there.root / name / "pipe")
    (there.root / "runs" / "link").symlink_to(tmp_path)
    assert imported(here, there, cli).code == 0
    assert here.files() == there.files()


def test_a_dry_run_fetches_no_object(here: Side, there: Side, cli: Cli, log: Path) -> None:
    there.run(RUN)
    said = imported(here, there, cli, "--dry-run", "-o", "json").json()["import"]
    assert (len(said["new"]), said["objects"]) == (1, 1)
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1
    assert here.files() == {}
    assert here.leftovers() == []


def test_an_object_that_is_nowhere_is_named(here: Side, there: Side, cli: Cli) -> None:
    run_id = there.run(RUN)
    shutil.rmtree(there.root / "objects")
    result = imported(here, there, cli)
    assert result.code == 1
    assert f"run {run_id}: the object " in result.err
    assert here.run_ids == [run_id]


def test_a_place_without_a_store_is_not_found(here: Side, cli: Cli, tmp_path: Path) -> None:
    result = cli("import", f"cluster:{tmp_path}/nowhere", cwd=here.path)
    assert result.code == 3
    assert "No such file or directory" in result.err
    assert here.leftovers() == []


def test_a_shell_that_reaches_nobody_is_an_error_of_three_lines(
    here: Side, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RSYNC_RSH", "false")
    result = cli("-q", "import", "cluster:place", cwd=here.path)
    assert result.code == 1
    assert len(result.err.splitlines()) == 3
    assert "see whether ssh cluster works" in result.err
