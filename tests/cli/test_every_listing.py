"""Whatever lists something does so in every form, and each form is read back."""

import csv
import io
import json
from typing import Any

import pytest
import typer

import mltrack
from mltrack.cli.main import app
from mltrack.cli.output import Format
from tests.registry.project import NAME, package
from tests.support.repository import Repository

LISTINGS = {
    "ls": [],
    "compare": ["1", "2"],
    "fsck": [],
    "gc": ["--dry-run"],
    "experiment ls": [],
    "artifact ls": ["@latest"],
    "model ls": [],
    "registry history": [],
    "registry at": ["HEAD"],
    "registry diff": ["HEAD~1"],
    "registry requests": [],
    "registry check": [],
    "env ls": [],
    "env gc": ["--dry-run"],
    "config ls": [],
}
"""Each command that lists, and what it is asked."""
COMMAND: Any = typer.main.get_command(app)


def listings(command: Any, path: str = "") -> list[str]:
    """Return the commands that take every form, as they are typed."""
    inner = command.list_commands(None) if hasattr(command, "list_commands") else []
    if inner:
        found = ((command.get_command(None, name), name) for name in inner)
        return [line for each, name in found for line in listings(each, f"{path} {name}".strip())]
    forms = [str(form) for form in Format]
    takes = any(
        getattr(p.type, "choices", None) and list(p.type.choices) == forms for p in command.params
    )
    return [path] if takes else []


@pytest.fixture
def store(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")
    for name in ("first", 'a | "b", c'):
        with mltrack.start_run(name=name, params={"lr": len(name)}) as run:
            run.log_text("x", "notes.txt")
    repo.commit("runs")
    mltrack.register_model(package(repo.path / "package"), NAME)
    repo.commit("a model")


def test_every_listing_is_tried_here() -> None:
    assert sorted(listings(COMMAND)) == sorted(LISTINGS)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_is_read_back_from_every_form(
    listing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {form: printed(listing, form, capsys) for form in Format}

    document = json.loads(told[Format.JSON])
    rows = next(value for value in reversed(document.values()) if isinstance(value, list))
    lines = [json.loads(line) for line in told[Format.JSONL].splitlines()]
    table = list(csv.reader(io.StringIO(told[Format.CSV])))
    page = told[Format.MD].splitlines()
    assert document["format"] == 1
    assert len(lines) == len(rows) == len(table) - 1 == len(page) - 2
    assert {len(row) for row in table} == {len(table[0])}
    assert set(page[1]) <= set("| -:")
    assert bool(told[Format.TABLE].strip()) == bool(rows)


def printed(listing: str, form: Format, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    asked = [*listing.split(), *LISTINGS[listing], "--output", str(form)]
    COMMAND.main(asked, prog_name="mltrack", standalone_mode=False)
    return capsys.readouterr().out
