"""`mltrack report`: which runs, which file, what it refuses."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import mltrack
from tests.report.conftest import Made
from tests.support.cli import TIMEOUT_SECONDS, Cli
from tests.support.programs import Programs
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def names(path: Path) -> list[str]:
    """Return the names of the runs in the table of a page, in their order."""
    rows = path.read_text("utf-8").partition('<table id="table">')[2].partition("</table>")[0]
    return re.findall(r'<th scope="row">[^<]*</th><td>([^<]*)</td>', rows)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--status", "failed"), ["bad"]),
        (("--since", "2999-01-01"), []),
        (("--tag", "kind=sweep"), ["tagged"]),
        (("--mine", "--status", "finished"), ["tagged", "plain"]),
        (("--sort", "name"), ["bad", "plain", "tagged", "theirs"]),
    ],
)
def test_runs_are_narrowed_as_ls_and_export_do(
    here: Cli,
    made: Made,
    project: Repository,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    expected: list[str],
) -> None:
    made(0.1, name="plain")
    with pytest.raises(ZeroDivisionError), mltrack.start_run(name="bad", experiment="churn"):
        raise ZeroDivisionError
    with mltrack.start_run(name="tagged", experiment="churn", tags={"kind": "sweep"}):
        pass
    monkeypatch.setenv("MLTRACK_USER", "Grace Hopper <grace@example.org>")
    made(0.2, name="theirs")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")
    assert here("report", *words, "-o", "r.html").code == (0 if expected else 3)
    assert not expected or names(project.path / "r.html") == expected
    listed = here("ls", *words, "--output", "json", "--all").json()
    assert [run["name"] for run in listed["runs"]] == expected


def test_a_file_is_named_from_where_the_command_is_told_to_be(
    here: Cli, made: Made, project: Repository
) -> None:
    made(0.1)
    outside = Cli(project.path.parent)
    assert outside("-C", project.path.name, "report", "-o", "r.html").code == 0
    assert (project.path / "r.html").is_file()
    assert not (project.path.parent / "r.html").exists()
    again = outside("-C", project.path.name, "report", "-o", "r.html")
    assert (again.code, "r.html is there already" in again.err) == (2, True)


def test_the_folder_of_a_file_is_made(here: Cli, made: Made, project: Repository) -> None:
    made(0.1)
    assert here("report", "-o", "site/new/r.html").code == 0
    assert (project.path / "site/new/r.html").is_file()


def test_a_link_that_is_there_stays_one_and_the_store_takes_no_page(
    here: Cli, made: Made, project: Repository
) -> None:
    made(0.1)
    (project.path / "r.html").symlink_to(project.path / "real.html")
    assert here("report", "-o", "r.html").code == 0
    assert (project.path / "r.html").is_symlink()
    assert names(project.path / "real.html") == ["train"]
    refused = here("report", "-o", ".mltrack/r.html")
    assert (refused.code, "is in the store" in refused.err) == (2, True)


def test_without_a_choice_it_is_about_the_latest_experiment(
    here: Cli, made: Made, project: Repository
) -> None:
    made(0.1, experiment="other", name="elsewhere")
    made(0.1, name="first")
    made(0.2, name="second")
    result = here("report")
    assert (result.code, result.out) == (0, "report.html\n")
    assert "2 runs" in result.err
    assert names(project.path / "report.html") == ["second", "first"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("2", "3"), ["b", "a"]),
        (("--max", "acc"), ["b", "c", "a"]),
        (("--min", "acc", "--limit", "2"), ["a", "c"]),
        (("--where", "metrics.acc > 0.25"), ["c", "b"]),
        (("--experiment", "churn", "--limit", "1"), ["c"]),
    ],
)
def test_runs_are_chosen_as_everywhere(
    here: Cli, made: Made, project: Repository, words: tuple[str, ...], expected: list[str]
) -> None:
    for name, value in (("a", 0.1), ("b", 0.9), ("c", 0.5)):
        made(value, name=name)
    assert here("report", *words, "-o", "r.html").code == 0
    assert names(project.path / "r.html") == expected


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--max", "acd"), 2, "no run has metrics.acd, did you mean acc?"),
        (("--experiment", "chrun"), 3, "did you mean churn"),
        (("--where", "metrics.acc > 9"), 3, "no runs to report: where metrics.acc > 9"),
        (("1", "--max", "acc"), 2, "runs that are named cannot be narrowed or sorted"),
        (("-o", "."), 2, ". is a folder"),
        (("-o", ".mltrack/r.html"), 2, "is in the store"),
        (("nosuch",), 3, "no run matches 'nosuch'"),
        (("1", "--mine"), 2, "runs that are named cannot be narrowed or sorted"),
        (("-o", "-"), 2, "a page is a file, and - is standard output"),
        (("--base", "main"), 2, "--base belongs to --markdown"),
        (("--markdown", "--title", "x"), 2, "--title and --open belong to a page"),
    ],
)
def test_a_slip_is_told_in_words(
    here: Cli, made: Made, project: Repository, words: tuple[str, ...], code: int, told: str
) -> None:
    made(0.1)
    result = here("report", *words)
    assert result.code == code, result.err
    assert told in result.err
    assert not (project.path / "report.html").exists()


def test_a_report_of_nothing_is_not_written(here: Cli, project: Repository) -> None:
    assert here("init").code == 0
    result = here("report")
    assert (result.code, result.out) == (3, "")
    assert "no runs to report: there are none yet" in result.err


def test_a_file_that_is_there_is_replaced_only_when_agreed(
    here: Cli, made: Made, project: Repository
) -> None:
    made(0.1)
    page = project.write("report.html", "mine")
    refused = here("report")
    assert (refused.code, page.read_text()) == (2, "mine")
    assert "add --yes, or name another file with -o" in refused.err
    asked = on_a_terminal("report", cwd=project.path, answer="n")
    assert "replace report.html? [y/N]" in asked.text
    assert page.read_text() == "mine"
    assert here("report", "--yes").code == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_a_report_lies_where_the_command_was_to_work(
    here: Cli, made: Made, project: Repository, tmp_path: Path
) -> None:
    made(0.1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    project.write("to/keep", "")
    told = here("-C", str(project.path / "to"), "report", cwd=elsewhere)
    assert (told.out, told.code) == ("report.html\n", 0)
    assert (project.path / "to" / "report.html").as_uri() in told.err
    assert not list(elsewhere.iterdir())
    assert "there already" in here("-C", "to", "report").err


@pytest.mark.parametrize("words", [(), ("--markdown", "--base", "HEAD")])
def test_a_report_goes_through_a_pipe_or_link_and_replaces_neither(
    here: Cli, made: Made, project: Repository, words: tuple[str, ...]
) -> None:
    project.commit("Begin")
    made(0.1)
    target = project.write("target", "before")
    target.chmod(0o640)
    (project.path / "link").symlink_to("target")
    os.mkfifo(project.path / "pipe")
    with subprocess.Popen(["cat", "pipe"], cwd=project.path, stdout=subprocess.PIPE) as reader:
        assert here("report", *words, "-o", "pipe").code == 0
        read = reader.communicate(timeout=TIMEOUT_SECONDS)[0]
    assert here("report", *words, "-o", "link", "--yes").code == 0
    assert (project.path / "link").is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert len(read) > 100
    assert len(target.read_bytes()) > 100


def test_the_page_is_opened_or_it_is_said_that_it_cannot_be(
    here: Cli, made: Made, project: Repository
) -> None:
    made(0.1)
    browser = project.write("browser", '#!/bin/sh\necho "$1" > opened\n')
    browser.chmod(0o755)
    address = (project.path / "a b.html").as_uri()
    opened = here("report", "--open", "-o", "a b.html", env=os.environ | {"BROWSER": str(browser)})
    assert (opened.code, (project.path / "opened").read_text()) == (0, f"{address}\n")
    none = here("report", "--open", "-y", env=os.environ | {"PATH": "/nowhere", "BROWSER": ""})
    assert (none.code, "no browser could be opened" in none.err) == (0, True)
    assert (project.path / "report.html").as_uri() in none.err


def test_the_extra_is_named_where_it_is_missing(made: Made, project: Repository) -> None:
    made(0.1)
    project.write("jinja2.py", "raise ImportError('not here')\n")
    done = (
        Programs(project.path)
        .run(
            "import mltrack\ntry:\n    mltrack.write_report('r.html')\n"
            "except mltrack.MissingExtraError as error:\n    print(error)\n"
        )
        .out
    )
    assert "a report needs the package jinja2" in done
    assert "pip install 'mltrack-local[report]'" in done
    assert not (project.path / "r.html").exists()
