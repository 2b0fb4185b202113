"""What a project.yaml says of time, variables, data and outputs, as the command obeys it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mltrack
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.web import Web, web

WHOLE = """\
format: 1
name: whole
env:
  vars: {OMP_NUM_THREADS: "2"}
  pass: [HF_*]
  secrets: [API_TOKEN]
params:
  table: {type: path, default: d.csv, keep: true}
  page:  {type: uri, default: "ADDRESS", sha256: SHA256}
entry_points:
  main: {command: [python, main.py, "{table}", "{page}"], timeout_seconds: 60}
  slow: {command: [python, -c, "import signal; signal.pause()"], params: [], timeout_seconds: 0.5}
outputs:
  - {path: "out/*.txt", to: texts}
"""
CODE = """\
import os, pathlib, sys
assert len(os.environ["API_TOKEN"]) == 12
pathlib.Path("out").mkdir()
pathlib.Path("out/seen.txt").write_text(pathlib.Path(sys.argv[2]).read_text())
"""
SHA256 = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7"
VARIABLES = {"API_TOKEN": "hunter2-1234", "HF_HOME": "/x"}


@pytest.fixture(name="web")
def served() -> Iterator[Web]:
    with web() as served:
        yield served


@pytest.fixture
def folder(repo: Repository, web: Web) -> Path:
    text = WHOLE.replace("ADDRESS", web.serve("/page", b"world")).replace("SHA256", SHA256)
    repo.write("project.yaml", text)
    repo.write("main.py", CODE)
    repo.write("d.csv", "a\n")
    return repo.path


def run_of(cli: Cli, folder: Path) -> dict[str, Any]:
    shown = cli("show", "1", "--output", "json", cwd=folder).json()["run"]
    assert isinstance(shown, dict)
    return shown


def test_all_of_it_is_obeyed_and_recorded(cli: Cli, folder: Path, web: Web) -> None:
    done = cli("run", "--env", "local", cwd=folder, env={**os.environ, **VARIABLES})

    assert done.code == 0, done.err
    run = run_of(cli, folder)
    told = run["environment"]
    assert told["variables"] == {"HF_HOME": "/x", "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "0"}
    assert told["secrets"] == ["API_TOKEN"]
    assert told["hardware"]["cores"] >= 1
    assert run["inputs"]["page"]["digest"] == SHA256
    assert run["inputs"]["table"]["context"] == "parameter"
    assert run["project"]["timeout_seconds"] == 60
    assert {file["path"] for file in run["artifacts"]} == {"inputs/table/d.csv", "texts/seen.txt"}
    assert "hunter2" not in json.dumps(run)


def test_it_runs_again_without_a_network(cli: Cli, folder: Path, web: Web) -> None:
    cli("run", "--env", "local", cwd=folder, env={**os.environ, **VARIABLES})
    (folder / "out" / "seen.txt").unlink()
    (folder / "out").rmdir()

    done = cli("run", "--env", "local", "--offline", cwd=folder, env={**os.environ, **VARIABLES})

    assert done.code == 0, done.err
    assert len(web.asked) == 1


def test_without_its_secret_it_is_refused_before_anything_is_done(
    cli: Cli, folder: Path, web: Web, world: Path
) -> None:
    done = cli("run", cwd=folder)

    assert done.code == 125
    assert "API_TOKEN" in done.err
    assert not (folder / ".mltrack").exists()
    assert not (world / "mltrack").exists()
    assert web.asked == []


def test_other_data_is_refused_before_there_is_a_run(cli: Cli, folder: Path, web: Web) -> None:
    web.serve("/page", b"other")

    done = cli("run", "--env", "local", cwd=folder, env={**os.environ, **VARIABLES})

    assert done.code == 125
    assert SHA256 in done.err
    assert not (folder / ".mltrack").exists()


def test_a_time_limit_gives_124(cli: Cli, folder: Path) -> None:
    done = cli("run", "-e", "slow", "--env", "local", cwd=folder, env={**os.environ, **VARIABLES})

    assert done.code == 124
    assert run_of(cli, folder)["status"] == "killed"
    assert run_of(cli, folder)["error"] == "time limit of 0.5 s"


def test_python_runs_offline_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in VARIABLES.items():
        monkeypatch.setenv(name, text)

    with pytest.raises(mltrack.NotFoundError, match="offline"):
        mltrack.run_project(folder, env="local", offline=True, find_links=[folder])


def test_of_much_output_the_end_is_kept_and_shown(cli: Cli, repo: Repository) -> None:
    repo.write(
        "project.yaml",
        WHOLE.split("env:", maxsplit=1)[0] + "entry_points: {main: {file: main.py}}\n",
    )
    repo.write("main.py", "for n in range(3000): print(f'{n:07}')")
    few = {**os.environ, "MLTRACK_CAPTURE_OUTPUT_BYTES": "8000"}
    run = cli("run", "--env", "local", cwd=repo.path, env=few)

    kept = cli("logs", "1", cwd=repo.path)

    assert len(run.out) == 24000
    assert run.out.endswith(kept.out)
    assert 6000 < len(kept.out) <= 8000
    assert "the beginning is not kept any more" in kept.err
