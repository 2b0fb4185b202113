"""What goes on is seen while it goes on: the output of a run, and a listing that is drawn anew."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mltrack.cli.runs.raw_output import for_a_terminal
from tests.cli.conftest import Script
from tests.support.cli import TIMEOUT_SECONDS, Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal, opened_terminal

MLTRACK = [sys.executable, "-m", "mltrack"]
PROJECT = """\
format: 1
name: slow
entry_points:
  main: {command: [python, -u, main.py]}
"""


@pytest.fixture
def running(repo: Repository) -> Iterator[Path]:
    """Start a run that prints a line, waits for the pipe that is given, and prints another."""
    repo.write("project.yaml", PROJECT)
    repo.write("main.py", "print('first')\nopen('go').read()\nprint('second')\n")
    os.mkfifo(repo.path / "go")
    run = subprocess.Popen(
        [*MLTRACK, "run", "--env", "local"], cwd=repo.path, stdout=subprocess.PIPE
    )
    assert run.stdout
    assert run.stdout.readline() == b"first\n"
    yield repo.path / "go"
    run.terminate()
    run.communicate(timeout=TIMEOUT_SECONDS)


def follow(repo: Repository) -> "subprocess.Popen[bytes]":
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(
        [*MLTRACK, "logs", "@latest", "-f"],
        cwd=repo.path,
        env=buffered,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert select.select([process.stdout], [], [], TIMEOUT_SECONDS)[0]
    assert process.stdout.readline() == b"first\n"
    return process


def test_output_is_followed_until_the_run_ends(repo: Repository, running: Path) -> None:
    process = follow(repo)
    running.write_bytes(b"")
    assert process.communicate(timeout=TIMEOUT_SECONDS) == (b"second\n", b"")
    assert process.returncode == 0


def test_following_ends_quietly_at_an_interrupt(repo: Repository, running: Path) -> None:
    process = follow(repo)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=TIMEOUT_SECONDS) == (b"", b"")
    assert process.returncode == 130


def test_the_output_of_a_run_that_has_ended_is_printed_and_no_more(
    here: Cli, repo: Repository
) -> None:
    repo.write("project.yaml", PROJECT)
    repo.write("main.py", "print('all')\n")
    here("run", "--env", "local")
    assert here("logs", "1", "-f").out == "all\n"


def test_output_that_finds_no_room_says_so(here: Cli, repo: Repository) -> None:
    repo.write("project.yaml", PROJECT)
    repo.write("main.py", "print('x' * 100_000)\n")
    here("run", "--env", "local")
    for words in (["logs", "1"], ["logs", "1", "-f"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*MLTRACK, *words], cwd=repo.path, stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert done.returncode == 1
        assert b"could not write to standard output: No space left" in done.stderr


def test_output_acts_on_a_terminal_by_colours_only_and_is_whole_elsewhere(
    here: Cli, repo: Repository
) -> None:
    repo.write("project.yaml", PROJECT)
    printed = "\x1b[31mred\x1b[0m 50%\r100%\n\x1b]52;c;ZXZpbA==\x07\x9b2J\x1b[2J é\n"
    repo.write("main.py", f"print({printed!r}, end='')\n")
    here("run", "--env", "local")
    for words in (("logs", "1"), ("logs", "1", "-f")):
        shown = on_a_terminal(*words, cwd=repo.path).text
        assert (
            "\x1b[31mred\x1b[0m 50%\r100%\n\ufffd]52;c;ZXZpbA==\ufffd\ufffd2J\ufffd[2J é" in shown
        )
        assert "\x1b" not in on_a_terminal(*words, cwd=repo.path, NO_COLOR="1").text
        assert here(*words).out == printed.replace("\r", "\n")  # so it is read here


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_colour_that_comes_in_parts_is_one(size: int) -> None:
    data = "\x1b[38;5;208mé\x1b[0m\x1b[".encode()
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    assert "".join(for_a_terminal(blocks, styled=True)) == "\x1b[38;5;208mé\x1b[0m\ufffd[\x1b[0m"
    assert "".join(for_a_terminal(blocks, styled=False)) == "é\ufffd["


def test_a_listing_is_drawn_anew_with_what_was_logged_meanwhile(
    here: Cli, repo: Repository
) -> None:
    run = here("start").out.strip()
    here("log", "metric", "loss", "0.5", "--run", run)
    look = {"NO_COLOR": "1", "LINES": "5", "MLTRACK_PAGER": "sed s/^/paged:/", "CI": ""}
    with opened_terminal("ls", "--watch", cwd=repo.path, **look) as terminal:
        first = terminal.read_until(b"\x1b[J")
        here("log", "metric", "loss", "0.25", "--run", run)
        terminal.read_until(b"0.25")
        terminal.read_until(b"\x1b[J")
        third = terminal.read_until(b"\x1b[J")
        terminal.process.send_signal(signal.SIGINT)
        rest = terminal.read_rest()
    assert terminal.process.returncode == 130
    assert b"rror" not in rest
    assert first.startswith(b"\x1b[2J\x1b[H")
    assert b"0.5" in first
    assert third.startswith(b"\x1b[H")


def test_a_watched_listing_is_no_taller_than_the_terminal(
    here: Cli, repo: Repository, script: Script
) -> None:
    script("import mltrack\nfor n in range(9): mltrack.start_run(name='模' * 30).finish()")
    size = {"COLUMNS": "60", "LINES": "7", "NO_COLOR": "1"}
    for words, runs in (((), 5), (("--wide",), 2)):  # uncut, a run takes two rows
        with opened_terminal("ls", "--watch", *words, cwd=repo.path, **size) as terminal:
            shown = terminal.read_until(b"\x1b[J").decode()
        assert shown.count("finished") == runs


def test_what_is_said_of_a_watched_listing_stands_below_it(here: Cli, repo: Repository) -> None:
    here("init")
    with opened_terminal("ls", "--watch", cwd=repo.path) as terminal:
        assert b"no runs yet" in terminal.read_until(b"\x1b[J")


def test_a_mistake_in_what_is_watched_leaves_the_screen_as_it_was(
    store: Cli, repo: Repository
) -> None:
    seen = on_a_terminal("ls", "--watch", "--max", "ac", cwd=repo.path)
    assert (seen.code, "did you mean acc?" in seen.text) == (2, True)
    assert "\x1b" not in seen.text


def test_off_a_terminal_nothing_is_watched(store: Cli) -> None:
    result = store("ls", "--watch")
    assert (result.code, result.out) == (2, "")
    assert "needs a terminal" in result.err


def test_a_metric_is_drawn_small_beside_the_name(store: Cli, script: Script) -> None:
    script("import mltrack\nwith mltrack.start_run(name='none'): pass")
    title, none, second, first = store("ls", "--spark", "acc").out.splitlines()
    assert title.split()[:4] == ["id", "name", "acc", "curve"]
    assert "█" not in none
    assert second.split()[2] == "▁█"
    assert first.split()[2] == "▁█"


def test_programs_get_no_small_curve(store: Cli) -> None:
    assert store("ls", "--spark", "acc", "-o", "csv").out == store("ls", "-o", "csv").out


def test_a_metric_to_draw_small_that_no_run_has_is_an_error(store: Cli) -> None:
    result = store("ls", "--spark", "ac")
    assert result.code == 2
    assert "did you mean acc?" in result.err
