"""The digests that the end of a run gives of its texts."""

import hashlib
import shutil
from pathlib import Path

import pytest

import mltrack
from mltrack.fsck.check import check
from mltrack.store.layout import METRICS, RUN
from mltrack.store.store import Store
from mltrack.tracking import codec
from mltrack.tracking.entities import RunRecord


def record_of(store: Store, run_id: str) -> RunRecord:
    return codec.decode((store.layout.run_folder(run_id) / RUN).read_bytes(), RUN)


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store in which `mltrack` is at work."""
    monkeypatch.setenv("MLTRACK_STORE", str(store.root))
    return store


def test_the_end_of_a_run_tells_the_digest_of_each_text(here: Store) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        run.log_text("a", "a.txt")
    folder = here.layout.run_folder(run.id)
    digests = record_of(here, run.id).digests
    texts = {p.name for p in folder.iterdir() if p.is_file()} - {RUN}
    assert set(digests) == texts
    assert {METRICS, "artifacts.yaml"} <= texts
    for name, digest in digests.items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_a_run_that_was_taken_up_again_is_whole(here: Store) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
    with mltrack.start_run(resume=run.id) as again:
        again.log_metric("loss", 2)
        again.log_text("late", "late.txt")
    assert record_of(here, run.id).digests
    assert check(Store(here.root)).findings == ()


def test_a_creator_that_lost_its_folder_vouches_for_none_of_its_texts(
    here: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "true")
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        shutil.rmtree(here.layout.run_folder(run.id))
    record = record_of(here, run.id)
    assert (here.layout.run_folder(run.id) / "environment.txt").exists()
    assert (record.status, record.digests) == ("finished", {})


def test_a_record_that_leaves_out_what_is_too_much_keeps_its_digests(here: Store) -> None:
    value = "x" * 60_000
    with mltrack.start_run() as run:
        run.log_params({f"long {number}": value for number in range(80)})
    record = record_of(here, run.id)
    assert (record.seen, record.warnings) == ({}, ())
    assert METRICS in record.digests


def test_a_changed_record_goes_on_to_say_so_under_another_id(here: Store, tmp_path: Path) -> None:
    with mltrack.start_run(name="first") as run:
        pass
    data = (here.layout.run_folder(run.id) / RUN).read_bytes()
    other = "20260131-120000-kfxhqzab-0123"
    assert codec.decode(codec.with_other_id(data, RUN, other), RUN).warnings == ()
    copied = codec.with_other_id(data.replace(b'"first"', b'"1st"'), RUN, other)
    assert codec.decode(copied, RUN).warnings == (codec.CHANGED,)
