"""Which artifacts can lie in a work tree on every file system."""

import pytest

from mltrack.store.portable import Names, is_portable

USUAL = "plot.png a/b/c.txt MLmodel é.txt x.gitx console.log nullable ..a a..b github/x swp"
OF_GIT = ".git/config a/.gitignore .GITATTRIBUTES git~1 GIT~1/x .gitmodules .git"
OF_DEVICES = "con CON.txt a/nul aux.c/x com1 LPT9.log conin$ COM¹ prn"
IGNORED = ".DS_Store a/.nfs0001 x.swp X.SWP __pycache__/a.pyc .ipynb_checkpoints/x"
CHARACTERS = 'a:b a?b a*b a"b a<b a>b a|b a\\b a. b./c'


@pytest.mark.parametrize("path", [*USUAL.split(), "a b.csv"])
def test_a_usual_path_is_portable(path: str) -> None:
    assert is_portable(path)


@pytest.mark.parametrize(
    "path", f"{OF_GIT} {OF_DEVICES} {IGNORED} {CHARACTERS} {'x' * 201} {'é' * 101}".split()
)
def test_a_path_that_some_system_or_git_cannot_hold_is_not(path: str) -> None:
    assert not is_portable(path)


@pytest.mark.parametrize(
    ("path", "clashes"),
    [
        ("Plot.png", True),
        ("PLOTS/b", True),
        ("plots/A", True),
        ("plots/b", False),
        ("plot.png", False),
    ],
)
def test_names_that_differ_by_case_only_clash(path: str, clashes: bool) -> None:
    assert Names(["plot.png", "plots/a"]).differs_by_case_only(path) is clashes


@pytest.mark.parametrize(
    ("path", "in_its_way"),
    [("plots", "plots"), ("plots/a/b", "plots/a"), ("plots/a", None), ("plots/b/c", None)],
)
def test_a_file_cannot_lie_where_a_folder_is(path: str, in_its_way: str | None) -> None:
    assert Names(["plots/a"]).blocks(path) == in_its_way


def test_a_path_too_long_for_some_system_is_not_portable() -> None:
    assert is_portable("a/" * 249 + "b")
    assert not is_portable("a/" * 250 + "b")


def test_a_name_that_is_not_utf_8_is_not_portable() -> None:
    assert not is_portable("plots/\udcff.png")
