"""One broken file costs one warning, never the listing."""

from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.api.tracking.shell import Logged, log_to, start_detached
from mltrack.errors import IntegrityError
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.reader import load_run


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    """Return three finished runs, each with a metric and a file."""
    file = tmp_path / "note.txt"
    file.write_text("note")
    made = []
    for number in range(3):
        with mltrack.start_run(name=f"run {number}") as run:
            run.log_metric("loss", number)
            run.log_artifact(file)
        made.append(run.id)
    return made


def edited(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


BREAKAGES: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "truncated": lambda text: text[: len(text) // 2],
    "garbage": lambda _: "\x00\x01{[}",
    "conflict markers": lambda text: f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n",
    "a list": lambda _: "- 1\n- 2\n",
    "no id": edited("id:", "ident:"),
    "an id that is another's": lambda text: text.replace(text.split('"')[1][-8:], "aaaaaaaa"),
    "a status that is none": edited('status: "finished"', 'status: "asleep"'),
    "a time that is none": edited("started: ", 'started: "soon" #'),
    "a time out of this world": edited("started: ", "started: 1e300 #"),
    "params that are a text": edited("params: {}", 'params: "x"'),
    "metrics that are texts": edited("last: ", "last: no #"),
    "a number that is too large": edited("count: ", f"count: {'9' * 4000} #"),
    "a float that is too large": edited("last_step: ", "last_step: .inf #"),
    "no format": edited("format: 1", ""),
    "a newer format that is not understood": lambda _: "format: 2\nruns: [1]\n",
    "a format that is a text": edited("format: 1", 'format: "1"'),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_record_costs_one_warning(name: str, runs: list[str], store: Store) -> None:
    path = store.layout.run_folder(runs[1]) / "run.yaml"
    path.write_text(BREAKAGES[name](path.read_text()))
    listing = list_runs(store)
    left = {run.id for run in listing.runs}
    if name == "a number that is too large":
        assert left <= set(runs)
        return
    assert left == {runs[0], runs[2]}
    assert len(listing.warnings) == 1
    assert f"run {runs[1]} cannot be read" in listing.warnings[0]
    with pytest.raises(IntegrityError):
        load_run(store, runs[1])


def test_a_record_of_a_newer_format_is_read_with_a_warning(runs: list[str], store: Store) -> None:
    path = store.layout.run_folder(runs[1]) / "run.yaml"
    path.write_text(path.read_text().replace("format: 1", "format: 2\nfuture: {a: 1}"))
    listing = list_runs(store)
    assert {run.id for run in listing.runs} == set(runs)
    assert len(listing.warnings) == 1
    assert "of format 2, newer than this mltrack knows" in listing.warnings[0]


def test_a_record_that_is_cut_off_anywhere_hides_nothing_without_a_word(store: Store) -> None:
    run = mltrack.start_run()
    for _ in range(12):
        run.log_metric("loss", 1)
    with pytest.raises(ZeroDivisionError, match="reason"), run:
        raise ZeroDivisionError("the reason")
    path = store.layout.run_folder(run.id) / "run.yaml"
    whole = path.read_bytes()
    expected = load_run(store, run.id)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        listing = list_runs(store)
        found = [record for record in listing.runs if record.id == run.id]
        assert listing.warnings or found == [expected]


def test_a_record_that_is_a_folder_or_a_link_costs_one_warning(
    runs: list[str], store: Store, tmp_path: Path
) -> None:
    first, second = (store.layout.run_folder(run) / "run.yaml" for run in runs[:2])
    first.unlink()
    first.mkdir()
    second.rename(tmp_path / "elsewhere.yaml")
    second.symlink_to(tmp_path / "elsewhere.yaml")
    listing = list_runs(store)
    assert [run.id for run in listing.runs] == [runs[2]]
    assert len(listing.warnings) == 2


@pytest.mark.parametrize("content", [b"", b"{torn", b"\x00\xff\n[1]\n7\n", b"\n\n\r\n"])
def test_a_broken_journal_of_a_finished_run_hides_nothing_that_its_record_says(
    runs: list[str], store: Store, content: bytes
) -> None:
    (store.layout.run_folder(runs[1]) / "metrics.jsonl").write_bytes(content)
    listing = list_runs(store)
    assert listing.warnings == []
    assert [run.metrics["loss"].last for run in listing.runs if run.id == runs[1]] == [1]
    assert list(mltrack.get_run(runs[1]).history("loss")) == []


def test_torn_rows_of_a_live_run_are_counted_and_swallow_no_other(store: Store) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    (journal,) = (store.root / "runs").glob("*/*/*+*/metrics.jsonl")
    with journal.open("ab") as shared:
        shared.write(b'{"step":1,"metri')
    log_to(run.id, Logged(metrics={"loss": 2}))
    read = mltrack.get_run(run.id)
    assert [p.value for p in read.history("loss")] == [1, 2]
    assert read.record.warnings == ("1 damaged rows were passed over",)


@pytest.mark.parametrize("content", ["", "files: 3\n", "files:\n  x: {size: -1}\n", "\x00"])
def test_a_broken_manifest_costs_one_warning(runs: list[str], store: Store, content: str) -> None:
    (store.layout.run_folder(runs[1]) / "artifacts.yaml").write_text(content)
    assert list_runs(store).warnings == []
    read = load_run(store, runs[1])
    assert read.artifacts == ()
    assert len(read.warnings) == 1


def test_a_folder_without_a_record_is_no_run(store: Store, runs: list[str]) -> None:
    (store.layout.run_folder(runs[0]) / "run.yaml").unlink()
    assert {run.id for run in list_runs(store).runs} == set(runs[1:])
    with pytest.raises(mltrack.NotFoundError):
        load_run(store, runs[0])


def test_strange_names_among_the_runs_are_passed_over(store: Store, runs: list[str]) -> None:
    day = store.layout.run_folder(runs[0]).parent
    for name in (
        "README",
        ".DS_Store",
        "20260131-000000-AAAAAAAA",
        f"{runs[0]}+..",
        f"{runs[0]}+x y",
    ):
        (day / name).mkdir()
    (day.parent / "xx").mkdir()
    assert len(list_runs(store).runs) == 3
    assert list_runs(store).warnings == []


def test_keys_that_this_version_does_not_know_are_no_fault(store: Store, runs: list[str]) -> None:
    path = store.layout.run_folder(runs[0]) / "run.yaml"
    path.write_text(path.read_text() + "sponsor: x\n")
    assert load_run(store, runs[0]).name == "run 0"
