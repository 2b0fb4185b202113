"""What a newer mltrack wrote: its keys are kept, its formats are read and never written."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mltrack.store.manifest import load_manifest
from mltrack.store.store import Store
from tests.golden import altered
from tests.golden.altered import add_unknown_key, make_newer, without
from tests.golden.make import what_is_read
from tests.golden.test_golden import subset
from tests.support.cli import Cli, Result

EVENT_NAMES = frozenset({"event", "parents", "heads"})
YAML_FILES = [
    altered.record,
    altered.manifest,
    altered.annotation,
    altered.experiment_event,
    altered.model_event,
]
Find = Callable[[Store], Path]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a copy of the golden store of format 1."""
    source = Path(__file__).with_name("format-1")
    return Store(Path(shutil.copytree(source, tmp_path / "golden")) / ".mltrack")


@pytest.fixture
def mltrack(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return the command, at work in that store."""
    monkeypatch.setenv("MLTRACK_STORE", str(store.root))
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    return Cli(store.project)


def read_and_expected(store: Store, *, but: frozenset[str] = EVENT_NAMES) -> tuple[Any, Any]:
    """Return what is read in a store, and what was when it was written."""
    expected = json.loads(store.root.with_name("expected.json").read_text("utf-8"))
    wanted = without(expected, but)
    found = without(json.loads(json.dumps(what_is_read(store.root))), but)
    return subset(found, wanted), wanted


def python(store: Store, code: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], cwd=store.project, env=environment, check=True)


@pytest.mark.parametrize("find", [*YAML_FILES, altered.journal, altered.config_file, altered.index])
def test_unknown_keys_change_nothing_of_what_is_read(store: Store, find: Find) -> None:
    add_unknown_key(find(store))
    found, expected = read_and_expected(store)
    assert found == expected


@pytest.mark.parametrize("find", YAML_FILES)
def test_a_file_of_a_newer_format_is_read_as_far_as_known_with_one_warning(
    store: Store, mltrack: Callable[..., Result], find: Find
) -> None:
    path = make_newer(find(store))
    found, expected = read_and_expected(store, but=EVENT_NAMES | {"warnings"})
    assert found == expected
    commands: dict[Find, tuple[str, ...]] = {
        altered.experiment_event: ("experiment", "ls"),
        altered.model_event: ("model", "show", "Churn Model"),
    }
    done = mltrack(*commands.get(find, ("show", altered.run_id(store))))
    told = [line for line in (done.err + done.out).splitlines() if "format 2" in line]
    assert (done.code, len(told)) == (0, 1), done
    assert path.read_text().startswith("format: 2\n")


def test_a_store_of_a_newer_format_is_read_with_one_warning(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    make_newer(store.layout.config)
    found, expected = read_and_expected(store)
    assert found == expected
    done = mltrack("ls", "--output", "json")
    assert done.code == 0
    assert len(done.json()["runs"]) > 0
    assert done.err.count("config.yaml is of a newer format") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("tag", "1", "a=b"),
        ("rename", "1", "other"),
        ("rm", "@max:val/acc"),
        ("start",),
        ("log", "metric", "x", "1", "--run", "1"),
        ("promote", "Churn Model/1", "--to", "archived", "-m", "why"),
        ("registry", "index"),
        ("init",),
        ("gc", "--yes"),
    ],
    ids=" ".join,
)
def test_a_store_of_a_newer_format_is_never_written(
    store: Store, mltrack: Callable[..., Result], words: tuple[str, ...]
) -> None:
    make_newer(store.layout.config)
    (store.root / ".gitattributes").unlink()
    before = content(store)
    done = mltrack(*words)
    assert content(store) == before, done
    if words[0] == "gc":
        assert done.code == 0
    else:
        assert done.code == 4, done
        assert "is of a newer format than this mltrack writes" in done.err
        assert "pip install --upgrade mltrack-local" in done.err


def content(store: Store) -> dict[str, bytes]:
    hidden = ("cache", "local", "locks", "objects", "quarantine", "tmp")
    found = (path for path in store.root.rglob("*") if path.is_file())
    named = {path.relative_to(store.root).as_posix(): path for path in found}
    return {n: path.read_bytes() for n, path in named.items() if not n.startswith(hidden)}


def test_a_program_that_logs_to_a_store_of_a_newer_format_is_told(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    make_newer(store.layout.config)
    before = content(store)
    code = "import mltrack\nwith mltrack.start_run() as run: run.log_metric('x', 1)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=store.project,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert content(store) == before
    assert "newer format than this mltrack writes" in done.stderr


def test_unknown_keys_of_a_record_are_kept_when_the_run_ends(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    code = """
import mltrack, os
from pathlib import Path
from tests.golden.altered import add_unknown_key
from mltrack.store.store import Store
with mltrack.start_run(name="live") as run:
    run.log_metric("x", 1)
    add_unknown_key(Store(Path(os.environ["MLTRACK_STORE"])).layout.run_folder(run.id) / "run.yaml")
"""
    python(store, code)
    (run,) = mltrack("ls", "--where", 'name = "live"', "-o", "json").json()["runs"]
    assert run["status"] == "finished"
    text = (store.layout.run_folder(run["id"]) / "run.yaml").read_text()
    assert 'later:\n  x: [1, "two"]\n' in text
    assert text.index("later:") < text.index("seen:")


def test_unknown_keys_of_a_record_are_kept_when_a_started_run_is_finished(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    run = mltrack("start", "--name", "detached").out.strip()
    add_unknown_key(store.layout.run_folder(run) / "run.yaml")
    assert mltrack("finish", run).code == 0
    text = (store.layout.run_folder(run) / "run.yaml").read_text()
    assert 'later:\n  x: [1, "two"]\n' in text


def test_a_record_of_a_newer_format_is_not_written_when_a_started_run_is_finished(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    run = mltrack("start").out.strip()
    path = make_newer(store.layout.run_folder(run) / "run.yaml")
    before = path.read_bytes()
    mltrack("finish", run)
    assert path.read_bytes() == before


def test_unknown_keys_of_a_manifest_are_kept_when_the_next_file_is_logged(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    (store.project / "a.txt").write_text("a")
    (store.project / "b.txt").write_text("b")
    run = mltrack("start").out.strip()
    mltrack("log", "artifact", "a.txt", "--run", run)
    (path,) = store.layout.run_folder(run).parent.glob(f"{run}*/artifacts.yaml")
    add_unknown_key(path)
    mltrack("log", "artifact", "b.txt", "--run", run)
    found = load_manifest(path.parent)
    assert list(found.entries) == ["a.txt", "b.txt"]
    assert found.unknown == {"format": 1, "later": {"x": [1, "two"]}}


def test_a_config_is_never_rewritten(store: Store, mltrack: Callable[..., Result]) -> None:
    path = add_unknown_key(store.layout.config)
    before = path.read_bytes()
    assert mltrack("init").code == 0
    assert mltrack("start").code == 0
    assert path.read_bytes() == before


def test_an_index_of_a_newer_format_is_not_written_and_that_is_said(
    store: Store, mltrack: Callable[..., Result]
) -> None:
    path = make_newer(store.layout.registry_index)
    before = path.read_bytes()
    done = mltrack("promote", "Churn Model/1", "--to", "archived", "-m", "it is old")
    assert (done.code, path.read_bytes()) == (0, before)
    assert "registry.yaml is of format 2" in done.err
    assert mltrack("registry", "index").code == 4
