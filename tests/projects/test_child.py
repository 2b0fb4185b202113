"""Which variables a command gets, and which of them the record keeps."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mltrack.envs.spec import Environment, EnvSpec
from mltrack.errors import UsageError
from mltrack.projects.running import child
from mltrack.projects.running.child import Contract
from tests.projects.conftest import Project
from tests.support.cli import Cli
from tests.support.orders import launched, order

CONTRACT = Contract(Path("/s"), "id", "e", "{}", Path("/bridge"), Path("/libraries"))
ISOLATED = Environment(kind="isolated", python=Path("/env/bin/python"), version="3.11.7", key="k")
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
TELL_ALL = """\
import mltrack, os
mltrack.log_param("said", "a " + os.environ["DB"])
raise ValueError("bad " + os.environ["DB"])
"""
TOKEN = "correct horse battery"


def told(
    caller: Mapping[str, str], environment: Environment = ISOLATED, **env: Any
) -> dict[str, str]:
    wanted = order(Path("/p"), env=EnvSpec(**env))._replace(variables=caller)
    return child.variables(wanted, environment, CONTRACT)


def test_what_the_project_sets_wins_over_the_caller() -> None:
    got = told({"OMP_NUM_THREADS": "8"}, variables={"OMP_NUM_THREADS": "2"})

    assert got["OMP_NUM_THREADS"] == "2"


def test_what_leads_another_python_is_dropped_unless_the_project_names_it() -> None:
    caller = {"VIRTUAL_ENV": "/v", "CONDA_PREFIX": "/c", "PYTHONSTARTUP": "/s"}

    assert not caller.keys() & told(caller).keys()
    assert told(caller, passed=("CONDA_*",))["CONDA_PREFIX"] == "/c"


def test_the_callers_path_of_modules_comes_after_ours_where_it_is_let_through() -> None:
    assert told({"PYTHONPATH": "/lib"})["PYTHONPATH"] == "/bridge"
    assert told({"PYTHONPATH": "/lib"}, passed=("PYTHONPATH",))["PYTHONPATH"] == "/bridge:/lib"
    assert told({}, variables={"PYTHONPATH": "src"})["PYTHONPATH"] == "/bridge:src"


@pytest.mark.parametrize(
    ("given", "seed"),
    [(None, "0"), ("random", "0"), ("7", "7"), ("4294967296", "0"), ("00000000001", "0")],
)
def test_hashes_have_a_seed_whatever_the_caller_has(given: str | None, seed: str) -> None:
    assert told({} if given is None else {"PYTHONHASHSEED": given})["PYTHONHASHSEED"] == seed


def test_a_crash_tells_where_it_was_and_nothing_waits_in_a_buffer() -> None:
    got = told({"PYTHONDONTWRITEBYTECODE": "1"})

    assert (got["PYTHONFAULTHANDLER"], got["PYTHONUNBUFFERED"]) == ("1", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in got


def test_what_ties_it_to_its_run_cannot_be_set_by_a_project() -> None:
    assert told({}, variables={"MLTRACK_RUN_ID": "x"})["MLTRACK_RUN_ID"] == "id"


def test_a_secret_that_is_missing_is_named() -> None:
    spec = EnvSpec(secrets=("API_TOKEN", "OTHER"))

    with pytest.raises(UsageError) as refused:
        child.secrets_of({"OTHER": "x", "API_TOKEN": ""}, spec)

    assert "API_TOKEN" in refused.value.message
    assert "OTHER" not in refused.value.message
    assert refused.value.fix == "export API_TOKEN=..."


def test_the_record_has_what_may_decide_a_result(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(SHOW)
    monkeypatch.setenv("HF_HOME", str(folder / "cache"))
    monkeypatch.setenv("HF_TOKEN", "abcdefgh12345678")
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)

    ended = launched(order(folder, env=EnvSpec(variables={"A": "1"}, passed=("HF_*",))))

    assert ended.record.environment["variables"] == {
        "A": "1", "HF_HOME": "cache", "HF_TOKEN": "****", "PYTHONHASHSEED": "0",
    }  # fmt: skip
    assert json.loads(ended.output)["HF_TOKEN"] == "abcdefgh12345678"


def test_a_secret_reaches_the_command_and_no_record(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(TELL_ALL)
    monkeypatch.setenv("DB", TOKEN)

    wanted = order(folder, env=EnvSpec(secrets=("DB",), passed=("D*",)))
    ended = launched(wanted._replace(tags={"t": f"x{TOKEN}y"}))

    folder = ended.store.layout.run_folder(ended.done.run_id)
    texts = [path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()]
    assert not [text for text in texts if TOKEN.encode() in text]
    assert ended.record.environment["secrets"] == ["DB"]
    assert "DB" not in ended.record.environment["variables"]
    assert ended.record.params == {"said": "a ****"}
    assert ended.record.tags == {"t": "x****y"}
    assert "bad ****" in ended.record.traceback
    assert TOKEN.encode() in ended.output


def test_a_secret_in_the_code_is_masked_in_the_patch(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    folder = project(f"password_of_old = '{TOKEN}'")
    monkeypatch.setenv("DB", TOKEN)

    ended = launched(order(folder, env=EnvSpec(secrets=("DB",))))

    patch = ended.store.layout.run_folder(ended.done.run_id) / "code.patch.gz"
    assert TOKEN.encode() not in gzip.decompress(patch.read_bytes())


def test_a_shell_reads_a_text_in_which_every_value_is_one_word(project: Project) -> None:
    from mltrack.projects.spec import Param

    folder = project()
    text = "for word in {a} 'b c'; do echo \"$word\"; done; exit 4"

    ended = launched(order(folder, (text,), params=(Param("a", default="x; touch y"),), shell=True))

    assert ended.output == b"x; touch y\nb c\n"
    assert ended.done.exit_code == 4
    assert ended.record.project["shell"] is True
    assert not (folder / "y").exists()


def test_a_secret_in_the_name_of_a_run_is_masked_and_in_that_of_an_experiment_refused(
    project: Project, cli: Cli
) -> None:
    folder = project(tail="env: {secrets: [DB]}\n")
    env = {**os.environ, "DB": TOKEN}

    done = cli(
        "run", "--env", "local", "--name", f"a {TOKEN}", "--tag", f"t={TOKEN}", env=env, cwd=folder
    )
    refused = cli("run", "--env", "local", "--experiment", TOKEN, env=env, cwd=folder)

    assert (done.code, refused.code) == (0, 125)
    assert "looks like a secret" in refused.err
    texts = [file.read_text() for file in (folder / ".mltrack/runs").rglob("run.yaml")]
    assert len(texts) == 1
    assert TOKEN not in texts[0]
