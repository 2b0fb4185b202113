"""The files that a project calls its outputs become artifacts of the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.errors import NotFoundError
from mltrack.projects.running import outputs
from mltrack.projects.spec import Output
from mltrack.tracking import ending
from mltrack.tracking.experiments import find
from mltrack.tracking.live import LiveRun
from mltrack.tracking.reader import load_run
from mltrack.tracking.starting import RunSpec
from tests.projects.conftest import Project
from tests.support.orders import Launched, launched, order

WRITE = """\
import pathlib, sys
for name in sys.argv[2:]:
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)
sys.exit(int(sys.argv[1]))
"""
DEEP = """\
import sys, pathlib
from mltrack.projects.running import outputs
from mltrack.projects.spec import Output
sys.setrecursionlimit(200)
print(len(outputs.found(pathlib.Path({folder!r}), [Output({pattern!r})], since=0).files))
"""
FILES = ("out/a.png", "out/b.txt", "out/deep/c.png", "model/w.bin", "model/x/y.bin", ".git/d.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files, some of which are none of ours to keep."""
    for name in (*FILES, ".mltrack/e.png", "out/.git/f.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def found(folder: Path, *patterns: str | Output) -> tuple[dict[str, str], list[str]]:
    """Return each artifact with the file that it comes from, and what is said."""
    wanted = [Output(p) if isinstance(p, str) else p for p in patterns]
    result = outputs.found(folder, wanted, since=0)
    files = {place: path.relative_to(folder).as_posix() for path, place in result.files}
    return files, result.notices


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("out/a.png", {"out/a.png"}),
        ("out/*.png", {"out/a.png"}),
        ("./out/[ab].*", {"out/a.png", "out/b.txt"}),
        ("out", {"out/a.png", "out/b.txt", "out/deep/c.png"}),
        ("out/", {"out/a.png", "out/b.txt", "out/deep/c.png"}),
        ("**/*.png", {"out/a.png", "out/deep/c.png"}),
        ("**/deep/*", {"out/deep/c.png"}),
        ("model/**", {"model/w.bin", "model/x/y.bin"}),
        ("*/*.bin", {"model/w.bin"}),
    ],
)
def test_a_pattern_matches_files_and_whole_folders(
    folder: Path, pattern: str, names: set[str]
) -> None:
    assert found(folder, pattern) == ({name: name for name in names}, [])


@pytest.mark.parametrize(
    ("pattern", "places"),
    [
        ("out/a.png", {"plots/a.png": "out/a.png"}),
        ("out/**/*.png", {"plots/a.png": "out/a.png", "plots/deep/c.png": "out/deep/c.png"}),
        ("model", {"plots/w.bin": "model/w.bin", "plots/x/y.bin": "model/x/y.bin"}),
        ("*/a.png", {"plots/out/a.png": "out/a.png"}),
    ],
)
def test_with_a_place_the_names_begin_where_the_pattern_may_vary(
    folder: Path, pattern: str, places: dict[str, str]
) -> None:
    assert found(folder, Output(pattern, "plots"))[0] == places


def test_a_file_that_two_patterns_match_is_kept_once(folder: Path) -> None:
    assert found(folder, "out/*.png", "**/a.png") == ({"out/a.png": "out/a.png"}, [])


def test_of_two_files_of_one_name_the_first_is_kept_and_that_is_said(folder: Path) -> None:
    (folder / "model" / "a.png").touch()

    files, notices = found(folder, Output("out/a.png", "x"), Output("model/a.png", "x"))

    assert files == {"x/a.png": "out/a.png"}
    assert notices == ["outputs: a.png and another file both become x/a.png: the first is kept"]


@pytest.mark.parametrize("pattern", ["none/*.csv", ".git/d.png", ".mltrack/**", "**/.git/*"])
def test_what_matches_nothing_is_said(folder: Path, pattern: str) -> None:
    assert found(folder, pattern) == ({}, [f"outputs: nothing matches {pattern}"])


@pytest.mark.parametrize("pattern", ["../x", "/etc/*", "out/../../x"])
def test_a_pattern_never_leads_out_of_the_project(folder: Path, pattern: str) -> None:
    files, (notice,) = found(folder, pattern)

    assert files == {}
    assert "leads out of the project" in notice


@pytest.mark.parametrize("target", ["outside", "outside/secret", ".git", ".mltrack/e.png", "gone"])
def test_a_link_is_followed_only_inside_the_project(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, target: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("secret")
    end = outside / target.partition("/")[2] if target.startswith("outside") else folder / target
    (folder / "out" / "link").symlink_to(end)

    files, (notice,) = found(folder, "out/**")

    assert set(files) == {"out/a.png", "out/b.txt", "out/deep/c.png"}
    assert "out/link is a link" in notice


def test_a_link_inside_the_project_stands_for_what_it_leads_to(folder: Path) -> None:
    (folder / "latest").symlink_to("out")
    (folder / "best.png").symlink_to("out/a.png")

    assert set(found(folder, "latest/*.png", "best.png")[0]) == {"latest/a.png", "best.png"}


def test_links_in_a_circle_end(folder: Path) -> None:
    (folder / "out" / "again").symlink_to(folder / "out")
    (folder / "out" / "self").symlink_to("self")

    assert set(found(folder, "out/**")[0]) == {"out/a.png", "out/b.txt", "out/deep/c.png"}


def run(project: Project, code: int, *names: str, patterns: tuple[str, ...]) -> Launched:
    folder = project(WRITE)
    command = ("python", "main.py", str(code), *names)
    (folder / "old.txt").write_text("old")
    os.utime(folder / "old.txt", (1, 1))
    return launched(order(folder, command, outputs=tuple(map(Output, patterns))))


def test_a_run_keeps_what_its_command_has_left(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(project, 0, "out/a.txt", "out/.gitignore", patterns=("out/*", "none"))

    assert ended.done.status == "finished"
    assert ended.artifacts() == {"out/a.txt": True, "out/.gitignore": False}
    assert capsys.readouterr().err.count("nothing matches none") == 1


def test_a_pattern_that_acts_on_a_terminal_is_said_without_doing_so(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    run(project, 0, patterns=("\x1b[31m*",))

    assert "\x1b" not in capsys.readouterr().err


def test_what_is_older_than_the_run_is_kept_and_that_is_said(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(project, 0, "new.txt", patterns=("*.txt",))

    assert set(ended.artifacts()) == {"new.txt", "old.txt"}
    assert "1 of 2 files of *.txt are older than this run" in capsys.readouterr().err


def test_a_run_that_failed_keeps_what_is_new_and_says_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(project, 3, "new.txt", patterns=("*.txt", "none"))

    assert ended.done.exit_code == 3
    assert set(ended.artifacts()) == {"new.txt"}
    assert "outputs" not in capsys.readouterr().err


def test_names_that_no_artifact_can_have_are_passed_over_and_the_rest_is_kept(
    tmp_path: Path,
) -> None:
    make = "for name in (b'a', b'b\\xff', b'c\\nd', b'e'): open(b'out/' + name, 'w').write('x')"
    wanted = order(tmp_path, ("python", "-c", make), outputs=(Output("out"),))
    (tmp_path / "out").mkdir()

    run = launched(wanted)

    assert set(run.artifacts()) == {"out/a", "out/e"}
    assert run.record.status == "finished"


def test_a_file_that_goes_while_it_is_kept_takes_no_other_with_it(tmp_path: Path) -> None:
    run = launched(order(tmp_path, ("python", "-c", "")))
    live = LiveRun.start(run.store, RunSpec(name="x", experiment=find(run.store, "trial")))
    for name in ("a", "c"):
        (tmp_path / name).write_text(name)
    sources = [(tmp_path / name, name) for name in "abcd"]

    with pytest.raises(NotFoundError, match=r"no file .*b to log \(1 more"):
        live.log_artifacts(sources)
    ending.finish(live)

    assert [one.path for one in load_run(run.store, live.id).artifacts] == ["a", "c"]


def test_a_link_to_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "out/link").symlink_to("../pipe")

    assert found(folder, "out/link") == (
        {},
        [
            "outputs: out/link is a link to no file, and was passed over",
            "outputs: nothing matches out/link",
        ],
    )


def test_folders_may_be_deeper_than_calls_of_python(tmp_path: Path) -> None:
    deep = tmp_path / Path(*"d" * 400)
    deep.mkdir(parents=True)
    (deep / "w.bin").touch()
    said = []

    for pattern in ("**/*.bin", "d", "**"):
        code = DEEP.format(folder=str(tmp_path), pattern=pattern)
        said.append(
            subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stdout
        )
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # pytest cannot

    assert said == [b"1\n"] * 3


def test_each_folder_is_looked_through_once_however_many_ways_a_pattern_has(
    tmp_path: Path,
) -> None:
    deep = tmp_path / Path(*"d" * 40)
    deep.mkdir(parents=True)
    (deep / "w.bin").touch()

    files, _ = found(tmp_path, "/".join(["**"] * 20) + "/*.bin")
    also, _ = found(tmp_path, "/".join(["**", "d"] * 15) + "/*.bin")

    assert list(files) == list(also) == [(deep / "w.bin").relative_to(tmp_path).as_posix()]


def test_a_link_to_a_folder_is_followed_below_a_folder_that_matches(folder: Path) -> None:
    (folder / "out/link").symlink_to("../model")

    assert "out/link/w.bin" in found(folder, "**/*")[0]
    assert "out/link/w.bin" not in found(folder, "out")[0]


def test_of_many_things_that_are_left_out_only_some_are_said(folder: Path) -> None:
    for number in range(100):
        (folder / f"out/{number}").symlink_to("nothing")

    _, notices = found(folder, "out")

    assert len(notices) == 21
    assert notices[-1] == "outputs: and 80 more of the like"
