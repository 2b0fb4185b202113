"""Whatever stands in a store that a stranger made: no command of ours lets a terminal act on it."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import hostile_store
from tests.support.repository import Repository

ALLOWED = re.compile(r"\x1b\[[01]m|\r\x1b\[K|\r\n|\n")
"""What we write ourselves: bold titles, the line of a bar, the ends of lines."""
MARK = "@@@ "
SECONDS = 60
PLAY = f"""
import os, signal, sys
from mltrack.cli.main import main
for line in sys.stdin.read().splitlines():
    for number in (1, 2):
        os.write(number, ("{MARK}" + line + "\\n").encode())
    child = os.fork()
    if not child:
        signal.alarm({SECONDS})
        sys.argv = ["mltrack", *line.split("\\t")]
        main()
    if os.WIFSIGNALED(os.waitpid(child, 0)[1]):
        os.write(2, b"this is a bug: it did not end in time\\n")
"""
LISTINGS = (
    *("ls", "ls --deleted", "compare 1 2", "experiment ls", "model ls", "registry history"),
    *("artifact ls 5", "config ls", "ls --group lr", "ls --columns name,tags.team,user"),
    *("ls --rev HEAD", "ls --branch HEAD~1..HEAD"),
)
PAGES = (
    *("show 1", "show 5", "show 1 --rev HEAD", "diff 1 2", "diff 4 5", "diff 3 1"),
    *("experiment show g6uo5qoodf", "model show from-path", "status", "fsck"),
)
TALK = (
    *("model show from-path/7", "note 1 hello", "rename 5 other", "tag 5 a=b", "rm 2 --yes"),
    *("restore 2", "add 1", "gc --dry-run", "ls --where params.nothing=1", "show nobody"),
    *(
        "ls --max nothing",
        "compare 1 99",
        "artifact ls 1",
        "artifact path runs:/4/nothing",
        "logs 1",
    ),
    *("promote from-path -m why --dry-run", "registry index", "import ../again", "-v status"),
    *("experiment show nobody", "model show nobody", "fsck --repair", "config ls --origin"),
    *("diff 4 5 --stat", "diff 4 5 --name-only", "plot nothing", "plot nothing --model from-path"),
    *("report --yes", "report --markdown --base HEAD~1", "export -o runs.zip --yes"),
    *("export -o runs.csv --yes", "import runs.zip", "logs 5 -f"),
    *("ls --sort nothing", "ls --columns nothing", "ls --rev nothing", "ls --spark x"),
)
FORMS = ("json", "jsonl", "csv", "md")
EVERY = (
    *LISTINGS,
    *(f"{command} -o {form}" for command in LISTINGS for form in FORMS),
    *PAGES,
    *(f"{command} -o json" for command in PAGES),
    *TALK,
)
AT_A_TERMINAL = (*LISTINGS, *PAGES, *TALK)


@pytest.fixture
def stranger(repo: Repository) -> Repository:
    """Return a repository that holds a hostile store."""
    hostile_store(repo.path)
    repo.commit("Record")
    (repo.path.parent / "again").mkdir()
    hostile_store(repo.path.parent / "again")
    return repo


def played(
    folder: Path, commands: tuple[str, ...], both: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run the commands, one after the other."""
    return subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=folder,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200", "MLTRACK_PAGER": "cat"},
        input="\n".join(command.replace(" ", "\t") for command in commands),
        stdout=both,
        stderr=both,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def by_command(text: str) -> dict[str, str]:
    """Return what each command printed."""
    parts = text.replace("\r\n", "\n").split(MARK)[1:]
    found: dict[str, str] = {}
    for part in parts:
        head, _, rest = part.partition("\n")
        found[head.replace("\t", " ")] = rest
    return found


def acting(text: str) -> set[str]:
    """Return the characters of a text on which a terminal might act, but for our own."""
    rest = ALLOWED.sub("", text)
    return {c for c in set(rest) if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}


@pytest.fixture
def long_cells() -> Iterator[None]:
    """Let Python's reader of CSV take cells of ten million characters."""
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("long_cells")
def test_no_command_prints_what_a_terminal_acts_on(stranger: Repository) -> None:
    done = played(stranger.path, EVERY)
    out, err = by_command(done.stdout), by_command(done.stderr)
    assert len(out) == len(err) == len(EVERY), done.stderr[-2000:]
    bad = {c: acting(text) for c, text in [*out.items(), *err.items()] if acting(text)}
    assert bad == {}
    assert [c for c, text in err.items() if "bug" in text] == []
    for command, text in out.items():
        if command.endswith("-o json") and text:
            json.loads(text)
        if command.endswith("-o jsonl"):
            assert all(json.loads(line) for line in text.splitlines())
        if command.endswith("-o csv"):
            assert len({len(row) for row in csv.reader(io.StringIO(text))}) <= 1, command


def test_no_command_lets_a_real_terminal_act(stranger: Repository, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with (tmp_path / "shown").open("w+b") as kept:
        reader = subprocess.Popen(["cat"], stdin=ours, stdout=kept, stderr=subprocess.DEVNULL)
        os.close(ours)
        played(stranger.path, AT_A_TERMINAL, theirs)
        os.close(theirs)
        reader.wait(60)
        kept.seek(0)
        shown = by_command(kept.read().decode())
    assert len(shown) == len(AT_A_TERMINAL)
    assert {c: acting(text) for c, text in shown.items() if acting(text)} == {}
