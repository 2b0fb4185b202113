"""What is made from memory: the same bytes, no run for a mistake, a drop for a disk that fails."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import Programs


def test_the_same_contents_have_the_same_bytes_on_any_day() -> None:
    def bytes_of_all() -> list[str]:
        with mltrack.start_run() as run:
            run.log_dict({"a": [1.5]}, "a.json")
            run.log_image(np.arange(24, dtype=np.uint8).reshape(4, 6), "a.png")
            run.log_table(pd.DataFrame({"n": [1, None]}), "a.csv")
        return [entry.sha256 for entry in mltrack.get_run(run.id).artifacts]

    assert bytes_of_all() == bytes_of_all()


PICTURE = np.zeros((2, 2), np.uint8)
MISTAKES: dict[str, Callable[[], object]] = {
    "text": lambda: mltrack.log_text(7, "a.txt"),  # type: ignore[arg-type]  # the mistake
    "dict": lambda: mltrack.log_dict({"a": {1}}, "a.json"),
    "image": lambda: mltrack.log_image("a.png", "a.png"),
    "table": lambda: mltrack.log_table(7, "a.csv"),
    "input": lambda: mltrack.log_input("missing.csv", "train"),
    "input's name": lambda: mltrack.log_input([1], "a\nb"),
    "artifact": lambda: mltrack.log_artifact("missing.txt"),
    "artifacts": lambda: mltrack.log_artifacts("missing"),
    "figure": lambda: mltrack.log_figure("no figure", "a.png"),  # type: ignore[arg-type]
    "model": lambda: mltrack.log_model("no model"),
}
PLACED: dict[str, Callable[[str], object]] = {
    "text": lambda to: mltrack.log_text("a", to),
    "dict": lambda to: mltrack.log_dict({}, f"{to}.json"),
    "image": lambda to: mltrack.log_image(PICTURE, f"{to}.png"),
    "table": lambda to: mltrack.log_table({"a": [1]}, f"{to}.csv"),
    "artifact": lambda to: mltrack.log_artifact("README.md", to),
    "artifacts": lambda to: mltrack.log_artifacts(".", to),
}


@pytest.mark.parametrize("call", MISTAKES)
def test_a_mistake_of_the_caller_leaves_no_run_behind(call: str, store: Store) -> None:
    with pytest.raises((TypeError, ValueError, mltrack.MltrackError)):
        MISTAKES[call]()
    assert (mltrack.active_run(), list_runs(store).runs) == (None, [])


@pytest.mark.parametrize("to", ["../x", "/etc/x", "a/../../x", "a\nb", "a\x1b[31m", "\u202ex"])
@pytest.mark.parametrize("call", PLACED)
def test_a_path_outside_the_run_is_refused_before_one_begins(
    call: str, to: str, store: Store
) -> None:
    with pytest.raises(mltrack.UsageError):
        PLACED[call](to)
    assert (mltrack.active_run(), list_runs(store).runs) == (None, [])


ALL_CALLS = """
import resource, signal, mltrack, numpy
run = mltrack.start_run()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))   # every longer file is refused
run.log_text("x" * 5000, "a.txt")
run.log_dict({"a": "x" * 5000}, "a.json")
run.log_image(numpy.random.default_rng(1).random((90, 90)), "a.png")
run.log_table({"a": ["x" * 5000]}, "a.csv")
assert run.log_input(["x"], "train") == ""
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
run.log_text("small", "b.txt")
run.finish()
print("trained")
"""


def test_a_disk_that_refuses_them_costs_counted_drops(programs: Programs) -> None:
    done = programs.run(ALL_CALLS)
    assert done.out == "trained\n"
    run = mltrack.get_run("1")
    assert (run.record.dropped, run.inputs) == (5, {})
    assert [entry.path for entry in run.artifacts] == ["b.txt"]


STRICT = """
import resource, signal, mltrack
class Plot:
    def savefig(self, fname):
        open(fname, "w").close()
run = mltrack.start_run()
open("large.txt", "w").write("x" * 5000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))   # every longer file is refused
calls = [
    lambda: run.log_text("x" * 5000, "a.txt"),
    lambda: run.log_artifacts(".", "all"),
    lambda: run.log_figure(Plot(), "a.png"),
    lambda: run.log_input(["x"], "train"),
]
for call in calls:
    try:
        call()
    except mltrack.StoreWriteError as error:
        print(error.message.count("a log call failed"))
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
"""


def test_a_disk_that_refuses_raises_once_and_counts_once_when_strict(programs: Programs) -> None:
    done = programs.run(STRICT, env={"MLTRACK_STRICT": "true"})
    assert done.out.splitlines() == ["1", "1", "1", "1"]
    assert mltrack.get_run("1").record.dropped == 4


ALONE = """
import os, mltrack, numpy
os.mkdir("out")
open("out/a.txt", "w").close()
mltrack.log_text("a", "a.txt")
mltrack.log_dict({}, "a.json")
mltrack.log_image(numpy.zeros((2, 2), numpy.uint8), "a.png")
mltrack.log_table({"a": [1]}, "a.csv")
mltrack.log_artifact("README.md")
mltrack.log_artifacts("out")
mltrack.log_input("README.md", "train")
print("trained")
"""


def test_a_run_that_cannot_be_begun_costs_a_drop_for_each_of_them(programs: Programs) -> None:
    (programs.folder / ".mltrack").write_text("a file where the store would be")
    done = programs.run(ALONE)
    assert done.out == "trained\n"
    assert done.err.count("a log call failed and was dropped") == 1
    assert "7 log calls were lost" in done.err


def test_a_picture_and_parquet_without_their_libraries_name_them(programs: Programs) -> None:
    hidden = "import sys; sys.modules.update({'PIL': None, 'pyarrow': None, 'fastparquet': None})\n"
    done = programs.run(
        hidden
        + """
import mltrack, numpy, pandas
picture, frame = numpy.zeros((2, 2), numpy.uint8), pandas.DataFrame({"a": [1]})
calls = [(mltrack.log_image, picture, "a.jpg"), (mltrack.log_table, frame, "a.parquet")]
for call, what, to in calls:
    try:
        call(what, to)
    except mltrack.MissingExtraError as error:
        print(error.fix)
mltrack.log_image(picture, "a.png")
"""
    )
    assert done.out.splitlines() == [
        "pip install 'mltrack-local[images]'",
        "pip install pyarrow",
    ]
    assert [entry.path for entry in mltrack.get_run("1").artifacts] == ["a.png"]


def test_files_of_a_folder_are_logged_below_the_place_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a")
    with mltrack.start_run() as run:
        run.log_artifacts(tmp_path / "data", "out/")
        run.log_artifacts(tmp_path / "data")
    paths = [entry.path for entry in mltrack.get_run(run.id).artifacts]
    assert paths == ["a.txt", "out/a.txt"]


def test_the_list_of_files_is_written_once_for_a_folder_of_many(programs: Programs) -> None:
    done = programs.run(
        """
import os, pathlib, sys
import mltrack

written = []
def seen(event, arguments):
    if event == "os.rename" and str(arguments[1]).endswith("artifacts.yaml"):
        written.append(arguments[1])

pathlib.Path("many").mkdir()
for number in range(50):
    pathlib.Path(f"many/{number}.txt").write_text(f"{number}")
sys.addaudithook(seen)
with mltrack.start_run() as run:
    run.log_artifacts("many")
print(len(written), len(mltrack.get_run(run.id).artifacts))
"""
    )
    assert done.out == "1 50\n"


def test_a_file_that_cannot_be_read_costs_none_of_the_others_of_its_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("a")
    (data / "b.bin").symlink_to("/proc/self/mem")  # reading it fails, for root too
    (data / "c.txt").write_text("c")
    with mltrack.start_run() as run:
        run.log_artifacts(data)
    logged = mltrack.get_run(run.id)
    assert [entry.path for entry in logged.artifacts] == ["a.txt", "c.txt"]
    assert logged.record.dropped == 1
