"""A run that fails keeps where it failed, without secrets and paths of the machine."""

from pathlib import Path

import pytest

import mltrack
from tests.support.cli import Cli
from tests.support.programs import Programs


def failed_with(error: BaseException, cause: BaseException | None = None) -> str:
    """Return the traceback that a run keeps which this exception ends."""
    with pytest.raises(type(error)), mltrack.start_run() as run:
        raise error from cause
    return mltrack.get_run(run.id).record.traceback


def test_a_failed_run_keeps_its_traceback_in_record_and_journal() -> None:
    told = failed_with(ZeroDivisionError("no way"))
    assert told.startswith("Traceback (most recent call last):\n")
    assert told.endswith("\nZeroDivisionError: no way")
    for name in ("run.yaml", "metrics.jsonl"):
        (file,) = Path(".mltrack/runs").rglob(name)
        assert "ZeroDivisionError: no way" in file.read_text().partition("traceback")[2]


def test_a_traceback_names_files_from_the_project_or_from_where_python_found_them(
    programs: Programs,
) -> None:
    path = programs.write("import json, mltrack\nmltrack.start_run()\njson.loads('{')\n")
    programs.run(f"import runpy; runpy.run_path({str(path)!r})", ok=False)
    told = mltrack.get_run("1").record.traceback
    assert 'File "train.py", line 3, in <module>' in told
    assert 'File "json/decoder.py", line' in told
    assert str(programs.folder) not in told
    assert 'File "/' not in told


def test_a_traceback_holds_no_secret_of_the_message_or_of_the_source(programs: Programs) -> None:
    token = "ghp_" + "a" * 40
    path = programs.write(f"""
import mltrack
def connect(password): raise OSError("refused {token}")
mltrack.start_run()
connect(password="correct8horse9battery")
""")
    programs.run(f"import runpy; runpy.run_path({str(path)!r})", ok=False)
    told = mltrack.get_run("1").record.traceback
    assert 'connect(password="****")' in told
    assert "OSError: refused ****" in told


def raised(error: BaseException) -> BaseException:
    """Return an exception that was raised once, and so knows where."""
    try:
        raise error
    except type(error) as known:
        return known


def test_causes_and_groups_are_told_with_their_files_shortened() -> None:
    members = [ValueError("first"), KeyError("second")]
    inner = raised(ExceptionGroup("several", [raised(each) for each in members]))  # type: ignore[type-var]  # each is an Exception
    told = failed_with(RuntimeError("outer"), cause=inner)
    assert all(word in told for word in ("several", "first", "second", "direct cause", "outer"))
    assert told.count(f'{Path(__file__).name}", line') == 4
    assert 'File "/' not in told


def test_an_endless_recursion_leaves_a_short_traceback() -> None:
    def fall() -> None:
        fall()

    with pytest.raises(RecursionError), mltrack.start_run() as run:
        fall()
    told = mltrack.get_run(run.id).record.traceback
    assert "Previous line repeated" in told
    assert len(told.splitlines()) < 30


def test_of_a_long_traceback_the_end_is_kept() -> None:
    told = failed_with(ValueError("\n".join(f"line {n}" for n in range(500))))
    assert len(told.splitlines()) == 101
    assert told.startswith("... ")
    assert told.endswith("\nline 499")


def test_a_traceback_takes_at_most_32_kib() -> None:
    told = failed_with(ValueError("é" * 3_000_000))
    assert 30_000 < len(told.encode()) < 33_000


def test_an_exception_that_cannot_show_itself_still_tells_where_it_was_raised() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "MuteError" in failed_with(MuteError())


def test_an_uncaught_exception_leaves_its_traceback(programs: Programs) -> None:
    programs.run("import mltrack; mltrack.start_run(); 1 / 0", ok=False)
    assert "ZeroDivisionError" in mltrack.get_run("1").record.traceback


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("sys.exit(3)", "failed"),
        ("sys.exit('no data')", "failed"),
        ("sys.exit(0)", "finished"),
        ("sys.exit()", "finished"),
        ("try: sys.exit(3)\nexcept SystemExit: pass", "finished"),
        ("import threading; t = threading.Thread(target=sys.exit, args=(3,)); t.start(); t.join()",
         "finished"),
    ],
)  # fmt: skip
def test_the_exit_code_of_a_program_ends_the_run_that_it_left_open(
    programs: Programs, program: str, status: str
) -> None:
    programs.run(f"import sys, mltrack; mltrack.start_run()\n{program}", ok=False)
    assert mltrack.get_run("1").status == status


def test_show_prints_a_traceback_without_a_control_character(cli: Cli, programs: Programs) -> None:
    failed_with(ValueError("red \x1b[31m alert"))
    page = cli("show", "1", cwd=programs.folder).out
    assert "\ntraceback\n  Traceback (most recent call last):" in page
    assert "\x1b" not in page
    document = cli("show", "1", "--output", "json", cwd=programs.folder).json()
    assert document["run"]["traceback"].endswith("red \x1b[31m alert")


def test_a_finished_run_has_no_traceback() -> None:
    with mltrack.start_run() as run:
        pass
    assert mltrack.get_run(run.id).record.traceback == ""
    (yaml,) = Path(".mltrack/runs").rglob("run.yaml")
    assert "\ntraceback:" not in yaml.read_text()


RUNNER = """
import os, subprocess, sys, mltrack
run = mltrack.start_run()
env = {**os.environ, "MLTRACK_RUN_ID": run.id}
code = "import mltrack; mltrack.start_run(); 1 / 0"
subprocess.run([sys.executable, "-c", code], env=env)
run.finish(sys.argv[1])
"""


def test_a_program_under_a_runner_tells_where_it_failed(programs: Programs) -> None:
    programs.run(RUNNER, "failed")
    told = mltrack.get_run("1").record.traceback
    assert told.endswith("ZeroDivisionError: division by zero")


def test_a_run_that_finished_all_the_same_has_no_traceback(programs: Programs) -> None:
    programs.run(RUNNER, "finished")
    assert mltrack.get_run("1").record.traceback == ""


def test_a_run_that_was_taken_up_again_has_no_traceback_of_before(programs: Programs) -> None:
    programs.run(RUNNER, "failed")
    with mltrack.start_run(resume="1") as run:
        pass
    assert mltrack.get_run(run.id).record.traceback == ""
    mltrack.start_run(resume=run.id).finish("failed")
    assert mltrack.get_run(run.id).record.traceback == ""
