"""What `mltrack import` says, and how it exits."""

from pathlib import Path

import pytest

from mltrack.errors import UsageError
from tests.importers.sides import SMALL, Side
from tests.support.cli import Cli
from tests.support.terminal import on_a_terminal


def test_it_says_what_came_and_what_next(here: Side, there: Side, cli: Cli) -> None:
    there.run(SMALL, "2")
    result = cli("import", "../there", cwd=here.path)
    assert result.code == 0
    assert "2 new, 0 grown, 0 kept twice, 0 here already" in result.out
    assert result.err == "next: mltrack ls\n"


def test_what_could_not_be_imported_exits_with_1(here: Side, there: Side, cli: Cli) -> None:
    run_id = there.run(SMALL, "1")
    (there.folder(run_id) / "run.yaml").write_bytes(b"")
    result = cli("import", "../there", cwd=here.path)
    assert result.code == 1
    assert result.err.startswith(f"warning: run {run_id} was not imported: ")


def test_json_tells_all(here: Side, there: Side, cli: Cli) -> None:
    run_id = there.run(SMALL, "1")
    document = cli("import", "../there/.mltrack", "-o", "json", cwd=here.path).json()
    assert document["import"] == {
        "source": "../there/.mltrack",
        "dry_run": False,
        "new": [run_id],
        "grown": [],
        "kept_twice": [],
        "same": 0,
        "events": 0,
        "versions": 0,
        "objects": 0,
        "skipped": [],
        "warnings": [],
        "next": [],
    }


def test_a_dry_run_says_so(here: Side, there: Side, cli: Cli) -> None:
    there.run(SMALL, "1")
    result = cli("import", "../there", "--dry-run", cwd=here.path)
    assert result.out.startswith("would import  ../there\n")
    assert here.files() == {}


def test_a_store_is_not_imported_into_itself(here: Side, cli: Cli) -> None:
    (here.path / "link").symlink_to(here.root)
    (here.path / "top").symlink_to(here.path)
    for source in (".", ".mltrack", "link", "top"):
        result = cli("import", source, cwd=here.path)
        assert result.code == 2
        assert "is this store itself" in result.err


def test_a_source_that_is_nothing_is_not_found(here: Side, cli: Cli) -> None:
    for arguments in ([""], ["nowhere"], ["nowhere", "--from", "mltrack"], ["x" * 5000]):
        assert cli("import", *arguments, cwd=here.path).code == 3


def test_where_there_is_no_store_one_is_made_and_said(
    there: Side, cli: Cli, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (["../nowhere"], ["../there", "--dry-run"]):
        assert cli("import", *words, cwd=empty).code == 3
    assert list(empty.iterdir()) == []
    result = cli("import", "../there", cwd=empty)
    assert result.code == 0
    assert result.err == f"mltrack: the store is made at {empty / '.mltrack'}\n"


def test_an_unknown_kind_names_the_known(here: Side, there: Side, cli: Cli) -> None:
    result = cli("import", "../there", "--from", "mltrak", cwd=here.path)
    assert result.code == 2
    assert "did you mean mltrack?" in result.err


@pytest.mark.parametrize(
    "source",
    [
        "-e:x",
        "host:-x",
        "host::module",
        "ssh://host/x",
        "a b:x",
        "host:a\nb",
        ":x",
        "[x]:y",
        "@h:x",
    ],
)
def test_what_is_no_host_and_path_is_refused(here: Side, source: str) -> None:
    with pytest.raises(UsageError, match="names no store on another machine"):
        here.imports(source)


def test_a_refused_host_exits_with_2(here: Side, cli: Cli) -> None:
    assert cli("import", "--", "-e:x", cwd=here.path).code == 2


def test_a_source_is_named_from_the_folder_of_c(here: Side, there: Side, cli: Cli) -> None:
    assert cli("-C", str(here.path), "import", "../there", cwd=here.path.parent).code == 0


def test_a_missing_rsync_names_its_package(here: Side, cli: Cli) -> None:
    import os

    environment = {**os.environ, "PATH": str(here.path)}
    result = cli("import", "host:place", cwd=here.path, env=environment)
    assert result.code == 1
    assert "install the package rsync" in result.err


def test_names_of_a_stranger_do_nothing_to_the_terminal(here: Side, there: Side) -> None:
    evil = there.root / "models" / "\x1b[31mred\u202e"
    evil.mkdir(parents=True)
    seen = on_a_terminal("import", "../there", cwd=here.path)
    assert seen.code == 1
    assert "\x1b[31m" not in seen.text
    assert "\u202e" not in seen.text
