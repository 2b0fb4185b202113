"""`note`: from the command line, from a pipe, from an editor."""

from pathlib import Path

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def notes(store: Cli) -> list[str]:
    return [note["text"] for note in store("show", "1", "-o", "json").json()["run"]["notes"]]


def test_a_note_is_shown_with_its_author(store: Cli) -> None:
    result = store("note", "1", "the good one")
    assert "see it: mltrack show " in result.err
    assert notes(store) == ["the good one"]
    head, text = store("show", "1").out.splitlines()[-2:]
    assert "ada@example.org" in head
    assert text == "    the good one"


def test_a_note_is_read_from_a_pipe(store: Cli) -> None:
    store("note", "1", stdin="two\nlines\n")
    store("note", "1", "-", stdin="a dash\n")
    assert notes(store) == ["two\nlines", "a dash"]


def test_an_empty_note_is_refused(store: Cli) -> None:
    result = store("note", "1", stdin="\n")
    assert (result.code, notes(store)) == (2, [])


def test_on_a_terminal_the_editor_is_opened(store: Cli, repo: Repository, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "written $1" > "$2"\n', encoding="utf-8")
    editor.chmod(0o755)
    seen = on_a_terminal("note", "1", cwd=repo.path, EDITOR=f"{editor} here", VISUAL="")
    assert (seen.code, notes(store)) == (0, ["written here"])


def test_without_an_editor_it_says_how_to_give_a_text(store: Cli, repo: Repository) -> None:
    seen = on_a_terminal("note", "1", cwd=repo.path, EDITOR="", VISUAL="")
    assert seen.code == 2
    assert "give the text as an argument, or set EDITOR" in seen.text
    assert notes(store) == []


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("false", "the editor 'false' ended with code 1, so nothing was kept"),
        ("no-such-editor", "the editor 'no-such-editor' cannot be started: No such file"),
        ("'", "cannot be started: No closing quotation"),
    ],
)
def test_an_editor_that_goes_wrong_is_told_with_a_way_out(
    store: Cli, repo: Repository, editor: str, told: str
) -> None:
    seen = on_a_terminal("note", "1", cwd=repo.path, EDITOR=editor, VISUAL="")
    assert (seen.code, notes(store)) == (2, [])
    assert told in seen.text
    assert "fix: give the text as an argument" in seen.text


def test_an_escape_sequence_in_a_note_never_reaches_the_terminal(store: Cli) -> None:
    store("note", "1", "a\x1b[31mb")
    assert "\x1b" not in store("show", "1").out
