"""What holds for every command: options before its name, exit codes, errors, a fast start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.api.projects.running import ENVIRONMENTS
from mltrack.cli.main import TABLE
from mltrack.cli.options import Env
from mltrack.cli.runs.finish import Ending
from mltrack.tracking.voices import STATUSES
from mltrack.version import __version__
from tests.support.cli import Cli
from tests.support.loaded import loaded_by
from tests.support.repository import Repository


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").out == f"mltrack {__version__}\n"


def test_an_unknown_command_names_the_nearest(cli: Cli) -> None:
    result = cli("lss")
    assert result.code == 2
    assert "Did you mean 'ls'?" in result.err


def test_the_choices_of_options_are_those_of_the_api() -> None:
    assert tuple(Env) == ENVIRONMENTS
    assert tuple(Ending) == STATUSES


def test_what_runs_a_project_has_the_same_options_in_the_same_order(cli: Cli) -> None:
    def options(command: str) -> list[str]:
        _, _, listed = cli(command, "--help").out.partition("\nOptions:\n")
        return re.findall(r"^  (?:-\w, )?(--[a-z-]+)", listed, re.MULTILINE)

    run, rerun, verify = options("run"), options("rerun"), options("verify")

    assert [name for name in run if name in rerun] == [name for name in rerun if name in run]
    assert [name for name in verify if name in rerun] == rerun


@pytest.mark.parametrize(
    ("arguments", "code", "lines"),
    [
        (["ls", "--no-such-option"], 2, ["no such option: --no-such-option", "mltrack ls --help"]),
        (["--no-such-option"], 2, ["no such option: --no-such-option", "mltrack --help"]),
        (["log", "metrc"], 2, ["no such command 'metrc'. Did you mean", "mltrack log --help"]),
        (["promote", "churn"], 2, ["missing option '--reason' / '-m'", "mltrack promote --help"]),
        (["run", "--no-such-option"], 125, ["no such option", "mltrack run --help"]),
    ],
)
def test_a_usage_error_has_our_form(
    cli: Cli, arguments: list[str], code: int, lines: list[str]
) -> None:
    result = cli(*arguments)
    said, fix = result.err.splitlines()
    assert result.code == code
    assert said.startswith(f"error: {lines[0]}")
    assert fix == f"  fix: {lines[1]}"


@pytest.mark.parametrize("group", [[], ["log"], ["model"]])
def test_a_group_alone_shows_its_help(cli: Cli, group: list[str]) -> None:
    assert cli(*group).err.startswith(f"Usage: {' '.join(['mltrack', *group])} [OPTIONS] COMMAND")


def test_the_help_names_every_command_once_under_a_heading(cli: Cli) -> None:
    _, *sections = re.split(r"^(?=[A-Z][a-z ]+:$)", cli("--help").out, flags=re.MULTILINE)
    headings = [section.partition(":\n")[0] for section in sections]
    named = [re.findall(r"^  ([a-z]+) +[A-Z]", section, re.MULTILINE) for section in sections]
    assert headings == ["Options", "Runs", "Projects", "Models", "Log from a shell", "The store"]
    assert [name for names in named[1:] for name in names] == list(TABLE)


def test_an_error_is_at_most_three_lines_on_standard_error(cli: Cli) -> None:
    result = cli("ls")
    assert result.code == 3
    assert result.out == ""
    assert result.err.splitlines()[0].startswith("error: there is no store at or above ")
    assert result.err.splitlines()[1].startswith("  fix: make one: mltrack init")
    assert len(result.err.splitlines()) <= 3


def test_c_means_working_in_another_folder(cli: Cli, store: Cli, repo: Repository) -> None:
    assert len(cli("-C", str(repo.path), "ls", "-o", "json").json()["runs"]) == 2


def test_c_with_dots_is_not_below_where_one_stands(store: Cli, repo: Repository) -> None:
    (repo.path.parent / "beside").mkdir()
    assert store("-C", "../beside", "ls").code == 3


def test_c_refuses_a_folder_that_is_not_there(cli: Cli) -> None:
    result = cli("-C", "nowhere", "ls")
    assert result.code == 2
    assert "'nowhere' does not exist" in result.err


def test_store_means_that_store(cli: Cli, store: Cli, repo: Repository) -> None:
    found = cli("--store", str(repo.path / ".mltrack"), "ls", "-o", "json").json()
    assert len(found["runs"]) == 2


def test_quiet_silences_talk_and_keeps_data(here: Cli) -> None:
    result = here("-q", "start")
    assert result.err == ""
    assert len(result.out.splitlines()) == 1


def test_utc_shows_times_with_their_zone(store: Cli) -> None:
    [began] = [row["started"] for row in store("ls", "-n", "1", "-o", "json").json()["runs"]]
    shown = began[:19].replace("T", " ") + "Z"
    assert shown in store("--utc", "ls", env={**os.environ, "TZ": "Asia/Tokyo"}).out
    assert shown[:-1] not in store("ls", env={**os.environ, "TZ": "Asia/Tokyo"}).out


def test_a_refusal_to_run_a_project_has_a_code_that_no_child_gives(cli: Cli) -> None:
    assert cli("run").code == 125
    assert cli("run", "no-such-folder").code == 125


def test_a_pipe_that_nobody_reads_is_no_error(store: Cli, repo: Repository) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "mltrack", "ls"]
    done = subprocess.run(
        command, cwd=repo.path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def test_a_bug_keeps_its_traceback_in_a_file(store: Cli, repo: Repository, world: Path) -> None:
    broken = (
        "import mltrack.api.runs.search as r; r.search_runs = None; "
        "from mltrack.cli.main import main"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv[1:] = ['ls']; {broken}; main()"],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 70
    assert done.stderr.startswith("error: this is a bug in mltrack: TypeError: ")
    assert len(done.stderr.splitlines()) == 2
    [kept] = (world / "mltrack" / "bugs").iterdir()
    assert "Traceback" in kept.read_text()


def test_completion_offers_commands(cli: Cli) -> None:
    environment = {
        **os.environ,
        "_MLTRACK_COMPLETE": "complete_bash",
        "COMP_WORDS": "mltrack re",
        "COMP_CWORD": "1",
    }
    assert "restore" in cli(env=environment).out.split()


def _commands_in(loaded: set[str]) -> set[str]:
    return loaded & {f"mltrack.cli.{place.partition(':')[0]}" for place in TABLE.values()}


def test_the_version_loads_no_command(tmp_path: Path) -> None:
    loaded = loaded_by("--version", cwd=tmp_path)
    assert not loaded & {
        "rich",
        "yaml",
        "json",
        "mltrack.api",
        "mltrack.store",
        "mltrack.cli.runs.ls",
    }


def test_the_help_of_a_command_loads_nothing_that_works(tmp_path: Path) -> None:
    loaded = loaded_by("run", "--help", cwd=tmp_path)
    assert _commands_in(loaded) == {"mltrack.cli.projects.run"}
    assert not loaded & {"rich", "yaml", "mltrack.api", "mltrack.store"}


def test_completion_loads_only_the_commands_that_it_offers(tmp_path: Path) -> None:
    typed = {"COMP_WORDS": "mltrack sh", "COMP_CWORD": "1"}
    loaded = loaded_by(cwd=tmp_path, _MLTRACK_COMPLETE="complete_bash", **typed)
    assert _commands_in(loaded) == {"mltrack.cli.runs.show"}
    assert not loaded & {"rich", "yaml", "mltrack.api", "mltrack.store"}


def test_completion_of_an_option_loads_only_its_command(tmp_path: Path) -> None:
    typed = {
        "_MLTRACK_COMPLETE": "complete_bash",
        "COMP_WORDS": "mltrack run --",
        "COMP_CWORD": "2",
    }
    assert _commands_in(loaded_by(cwd=tmp_path, **typed)) == {"mltrack.cli.projects.run"}


def test_garbage_is_looked_for_while_a_command_works_and_not_at_the_exit(tmp_path: Path) -> None:
    code = """
import atexit, gc, sys
from mltrack.cli.console import main
atexit.register(lambda: print(gc.isenabled(), len(gc.get_objects()) < gc.get_freeze_count()))
sys.argv[1:] = ["--version"]
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True True"


def test_a_listing_loads_no_other_command(store: Cli, repo: Repository) -> None:
    loaded = loaded_by("ls", cwd=repo.path)
    assert not loaded & {"rich.table", "rich.console", "virtualenv", "cloudpickle", "numpy"}
    assert not {name for name in loaded if name.startswith("mltrack.cli.")} & {
        "mltrack.cli.runs.show",
        "mltrack.cli.projects.run",
    }


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_bug(store: Cli, closed: str) -> None:
    command = f'"$0" -m mltrack ls {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable], cwd=store.folder, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("command", ["ls", "ls -o json", "show 1", "--help", "ls --help"])
def test_output_that_finds_no_room_is_said_and_is_no_bug(store: Cli, command: str) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mltrack", *command.split()],
            cwd=store.folder,
            env=buffered,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: could not write to standard output: No space left")
