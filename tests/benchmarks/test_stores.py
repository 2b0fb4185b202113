"""The generated stores: whole, the same each time, full on their newest day."""

from pathlib import Path

import mltrack
from mltrack.api.fsck import check_store
from mltrack.api.store import use
from tests.benchmarks.invented import RUNS_A_DAY
from tests.benchmarks.stores import built, extra_run


def _days(project: Path) -> list[int]:
    return [len(list(day.iterdir())) for day in sorted(project.glob(".mltrack/runs/*/*"))]


def test_a_store_has_so_many_runs_that_nothing_is_wrong_with(tmp_path: Path) -> None:
    project = built(RUNS_A_DAY + 7, tmp_path / "project")
    use(store=str(project / ".mltrack"))
    runs = mltrack.search_runs()
    assert len(runs) == RUNS_A_DAY + 7
    assert runs.warnings == ()
    assert check_store().findings == ()
    assert _days(project) == [7, RUNS_A_DAY]


def test_one_more_run_is_the_newest_of_them_all(tmp_path: Path) -> None:
    project = built(3, tmp_path / "project", journals=False)
    folder = extra_run(project)
    use(store=str(project / ".mltrack"))
    runs = mltrack.search_runs()
    assert [runs[0].id, len(runs), runs.warnings] == [folder.name, 4, ()]


def test_a_store_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    project = built(2, tmp_path / "project")
    before = {p: p.read_bytes() for p in sorted(project.rglob("*")) if p.is_file()}
    assert built(2, project) == project
    again = built(2, tmp_path / "again")
    assert [p.read_bytes() for p in sorted(again.rglob("*")) if p.is_file()] == [*before.values()]
