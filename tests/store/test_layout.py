"""Where things lie, and that no path leads out."""

from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, UsageError
from mltrack.store.layout import Layout, inside, refuse_links
from mltrack.store.store import Store

RUN_ID = "20260131-120000-abcdefgh"
WRITER = "qrstuvwx"


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_the_id_of_a_run_decides_where_it_lies() -> None:
    layout = Layout(Path("/p/.mltrack"))
    assert layout.run_folder(RUN_ID) == Path(f"/p/.mltrack/runs/202601/31/{RUN_ID}")
    assert layout.writer_folder(RUN_ID, "main") == layout.run_folder(RUN_ID)
    assert layout.writer_folder(RUN_ID, WRITER).name == f"{RUN_ID}+{WRITER}"
    assert layout.annotations(RUN_ID) == Path("/p/.mltrack/annotations/202601/31")


@pytest.mark.parametrize(
    "text", ["", "..", "../../x", "20260131", RUN_ID + "/..", RUN_ID + "\n", RUN_ID.upper()]
)
def test_what_is_no_run_id_never_becomes_a_path(text: str) -> None:
    layout = Layout(Path("/p/.mltrack"))
    for path_of in (layout.run_folder, layout.annotations, layout.writers):
        with pytest.raises(UsageError, match="not a run id"):
            path_of(text)


@pytest.mark.parametrize(
    "text", ["", "..", "../../../x", "wvhcwfjme", "WVHCWFJMEE", "wvhcwfjmee\n"]
)
def test_what_is_no_id_of_an_experiment_never_becomes_a_path(text: str) -> None:
    with pytest.raises(UsageError, match="not the id of an experiment"):
        Layout(Path("/p/.mltrack")).experiment(text)


@pytest.mark.parametrize("writer", ["", "..", "x/../..", "Abcdefgh", "main\n", "short"])
def test_what_is_no_writer_never_becomes_a_path(writer: str) -> None:
    with pytest.raises(UsageError, match="not the name of a writer"):
        Layout(Path("/p/.mltrack")).writer_folder(RUN_ID, writer)


def test_runs_are_listed_newest_first_with_their_writers(store: Store) -> None:
    older = "20251231-235959-zyxwvuts"
    for folder in (RUN_ID, f"{RUN_ID}+{WRITER}", f"{RUN_ID}+aaaaaaaa"):
        made(store.root / "runs" / "202601" / "31" / folder)
    made(store.layout.run_folder(older))
    assert list(store.layout.runs()) == [(RUN_ID, ["aaaaaaaa", WRITER]), (older, [])]


def test_what_is_no_run_is_not_listed(store: Store) -> None:
    day = made(store.root / "runs" / "202601" / "31")
    for name in ("notes", RUN_ID[:-1], "20260130-120000-abcdefgh", f"{RUN_ID}+main"):
        made(day / name)
    made(day / f"{RUN_ID}+.." / "x")
    (day / RUN_ID).touch()
    made(store.root / "runs" / "2026" / "31" / RUN_ID)
    made(store.root / "runs" / "202601" / "311" / RUN_ID)
    assert list(store.layout.runs()) == []


@pytest.mark.parametrize("planted", ["runs", "runs/202601", "runs/202601/31", f"31/{RUN_ID}"])
def test_a_planted_link_is_not_listed(store: Store, tmp_path: Path, planted: str) -> None:
    outside = tmp_path / "outside"
    made(outside / "runs" / "202601" / "31" / RUN_ID)
    planted = planted if planted.startswith("runs") else f"runs/202601/{planted}"
    (store.root / planted).parent.mkdir(parents=True, exist_ok=True)
    (store.root / planted).symlink_to(outside / planted, target_is_directory=True)
    assert list(store.layout.runs()) == []


@pytest.mark.parametrize("path", ["", ".", "/etc/passwd", "../x", "a/../../x", "\\x", "a\0b"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(IntegrityError, match="leads out"):
        inside(tmp_path, path)


def test_a_path_over_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(IntegrityError, match="symbolic link"):
        inside(tmp_path, "link/passwd")


def test_links_above_the_store_are_the_users_own(tmp_path: Path) -> None:
    made(tmp_path / "real" / ".mltrack" / "runs")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    path = tmp_path / "link" / ".mltrack" / "runs"
    assert refuse_links(path) == path
    assert refuse_links(tmp_path / "link") == tmp_path / "link"
