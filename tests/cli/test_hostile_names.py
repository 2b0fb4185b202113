"""Two hundred hostile names at every door: taken or refused, and nothing leaves the store."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mltrack
from mltrack.api.runs.runs import artifact_path
from mltrack.api.tracking.active import ActiveRun
from mltrack.errors import MltrackError
from tests.registry.project import package
from tests.support.repository import Repository

PATHS = (
    *(
        "../escaped",
        "../../escaped",
        "a/../../../../escaped",
        "/tmp/escaped",
        "//escaped",
        "/",
        ".",
    ),
    *(
        "..",
        "...",
        "./..",
        "a/..",
        "~/escaped",
        "~root",
        "$HOME/escaped",
        "%2e%2e/escaped",
        "C:\\x",
    ),
    *(
        "..\\escaped",
        "a\\..\\..\\escaped",
        "\\\\host\\share",
        "file:///etc/passwd",
        "a//b",
        "a/./b",
    ),
    *(
        ".git",
        ".git/config",
        ".GIT/hooks/x",
        "git~1",
        ".gitignore",
        "a/.gitattributes",
        ".gitmodules",
    ),
    *(
        ".mltrack",
        ".mltrack/config.yaml",
        "config.yaml",
        "run.yaml",
        "artifacts.yaml",
        "objects/ab",
    ),
)
WORDS = (
    *(
        "",
        " ",
        "  a",
        "a ",
        "-rf",
        "--help",
        "-",
        "--",
        "*",
        "?",
        "[a]",
        "{a}",
        "a;ls",
        "$(ls)",
        "`ls`",
    ),
    *(
        "a|b",
        "a&b",
        "a>b",
        "a'b",
        'a"b',
        "a\\",
        "#",
        "!",
        "%s",
        "%n",
        "{0}",
        "{python}",
        "@",
        "a@b",
        ":",
    ),
    *(
        "con",
        "NUL",
        "aux.txt",
        "com1",
        "lpt9.log",
        "CON ",
        "a.",
        "a..",
        "v1",
        "1",
        "007",
        "latest",
        "main",
    ),
    *(
        "staging",
        "production",
        "null",
        "true",
        "~",
        "<<",
        "=",
        "0x1f",
        "1e9",
        "NaN",
        "yes",
        "format",
        "seen",
    ),
    *(
        "x" * 64,
        "x" * 65,
        "x" * 128,
        "x" * 129,
        "x" * 255,
        "x" * 256,
        "x" * 5000,
        "é" * 130,
        "🦊" * 80,
    ),
    *(
        "e\u0301",
        "ﬁ",
        "İ",
        "ß",
        "Ⅷ",
        "\uff11\uff12",
        "\u0430",
        "\u202ecod",
        "a\u200bb",
        "\ufeffa",
        "a\u2028b",
        "a\xa0b",
    ),
    *(
        "a\nb",
        "a\rb",
        "a\tb",
        "a\0b",
        "\0",
        "\x1b[31m",
        "\x9b2J",
        "\x7f",
        "a\x85b",
        "\ud800",
        "\udcff",
    ),
    *(
        "<script>",
        "<b>",
        "[red]",
        "[link=x]",
        "&amp;",
        "=cmd()",
        "+1",
        "' or 1=1",
        "../" * 50,
        "a/" * 300,
    ),
)
PAIRS = tuple(zip(PATHS, WORDS[::2], strict=False))
NAMES = list(
    dict.fromkeys([*PATHS, *WORDS, *(f"{a}{b}" for a, b in PAIRS), *(f"{b}/{a}" for a, b in PAIRS)])
)
CHEAP = 6
APART = 8
"""Of the doors that read or write a whole history each takes every eighth name, together all."""
REFUSED = (MltrackError, ValueError, TypeError)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a package that can be registered."""
    return package(tmp_path / "package")


def doors(run: ActiveRun, model: Path, file: Path) -> Iterator[Callable[[str], object]]:
    """Yield whatever takes a name, a path, an id or a selector."""
    yield lambda n: run.log_param(n, 1)
    yield lambda n: run.log_metric(n, 1)
    yield lambda n: run.set_tag(n, "x")
    yield lambda n: run.log_text("x", n)
    yield lambda n: run.log_artifact(file, to=n)
    yield lambda n: run.log_input([1], n)
    yield lambda n: mltrack.rename_run(run.id, n)
    yield mltrack.set_experiment
    yield mltrack.create_experiment
    yield lambda n: mltrack.register_model(model, n)
    yield mltrack.get_run
    yield mltrack.get_model
    yield mltrack.get_experiment
    yield lambda n: artifact_path(f"runs:/{run.id}/{n}")
    yield lambda n: artifact_path(f"models:/churn/{n}")
    yield lambda n: mltrack.get_run(run.id).artifact_path(n)
    yield lambda n: mltrack.search_runs(where=n)


def files(top: Path) -> set[str]:
    """Return everything below a folder but the store."""
    return {
        str(Path(folder, name))
        for folder, folders, names in os.walk(top)
        if ".mltrack" not in Path(folder).parts
        for name in (*folders, *names)
    }


def test_no_name_at_any_door_leads_out_of_the_store(
    repo: Repository, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_DURABILITY", "none")
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    file = repo.write("plot.txt", "x")
    mltrack.init_store()
    mltrack.register_model(model, "churn")
    before = files(tmp_path)
    assert len(NAMES) >= 200
    wrong: list[tuple[int, str, str]] = []
    with mltrack.start_run() as run:
        for number, door in enumerate(doors(run, model, file)):
            for name in NAMES if number < CHEAP else NAMES[number % APART :: APART]:
                try:
                    door(name)
                except REFUSED as error:
                    if not str(error):
                        wrong.append((number, name, "no words"))
                except Exception as error:  # noqa: BLE001 - what is looked for
                    wrong.append((number, name[:40], repr(error)[:100]))
    assert wrong == []
    assert files(tmp_path) == before
    assert not [path for path in (repo.path / ".mltrack").rglob("*") if path.is_symlink()]
    assert [f for f in mltrack.check_store().findings if f.severity == "damage"] == []
    repo.commit("Record")
    assert mltrack.search_runs()[0].id == run.id
