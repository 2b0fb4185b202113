"""Events: immutable files that are named after their bytes."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.errors import IntegrityError, MltrackError
from mltrack.store import events
from mltrack.store.events import Event, Events, read_folder, record
from mltrack.store.yaml_writer import dump
from tests.support.walked import ancestors


class Folder:
    """A folder of events about one subject."""

    def __init__(self, top: Path) -> None:
        self.path = top / "events"
        self.tmp = top / "tmp"

    def record(self, *parents: Event, kind: str = "tagged", **body: Any) -> Event:
        names = tuple(parent.name for parent in parents)
        event = Event(kind=kind, subject="churn", parents=names, actor={"name": "ada"}, body=body)
        return record(self.path, event, tmp=self.tmp, sync=False)

    def file(self, event: Event) -> Path:
        return self.path / f"{event.name}.yaml"

    def read(self) -> Events:
        return read_folder(self.path)

    def write(self, data: bytes, lamport: int = 1) -> Path:
        self.path.mkdir(exist_ok=True)
        path = self.path / f"{lamport:012d}-{hashlib.sha256(data).hexdigest()[:20]}.yaml"
        path.write_bytes(data)
        return path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def envelope(**changes: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "kind": "tagged",
        "lamport": 1,
        "nonce": "00",
        "subject": "churn",
        "parents": [],
        "actor": {"name": "ada"},
        "time": "2026-01-31T12:00:00.000Z",
        "reason": "",
        **changes,
    }


def test_an_event_reads_back_as_it_was_written(folder: Folder) -> None:
    event = folder.record(tags={"a": 1}, note="x")
    assert folder.read() == Events(events=(event,))


def test_the_name_is_the_logical_time_and_the_hash_of_the_bytes(folder: Folder) -> None:
    first = folder.record()
    second = folder.record(first)
    digest = hashlib.sha256(folder.file(second).read_bytes()).hexdigest()
    assert second.name == f"000000000002-{digest[:20]}"


def test_the_same_words_twice_are_two_events(folder: Folder) -> None:
    assert folder.record().name != folder.record().name


def test_a_changed_byte_is_a_fault_and_the_others_stay(folder: Folder) -> None:
    good, bad = folder.record(), folder.record()
    data = folder.file(bad).read_bytes()
    folder.file(bad).write_bytes(data.replace(b"ada", b"eve"))
    found = folder.read()
    assert found.events == (good,)
    assert "was changed after it was written" in found.faults[0]


def test_a_renamed_event_is_a_fault(folder: Folder) -> None:
    event = folder.record()
    folder.file(event).rename(folder.path / f"000000000009{event.name[12:]}.yaml")
    assert "does not follow its parents" in folder.read().faults[0]


@pytest.mark.parametrize("lamport", [0, 2, "1", None, 1.5])
def test_a_logical_time_that_does_not_follow_the_parents_is_a_fault(
    folder: Folder, lamport: object
) -> None:
    folder.write(dump(envelope(lamport=lamport)), lamport=2 if lamport == 2 else 1)
    found = folder.read()
    assert found.events == ()
    assert "does not follow its parents" in found.faults[0]


def test_line_ends_that_git_changed_are_forgiven(folder: Folder) -> None:
    event = folder.record()
    path = folder.file(event)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert folder.read() == Events(events=(event,))


def test_an_event_under_the_name_of_another_subject_is_a_fault(folder: Folder) -> None:
    folder.record()
    assert (
        "is about 'churn', not about 'other'" in read_folder(folder.path, subject="other").faults[0]
    )


def test_an_annotation_that_was_renamed_to_another_run_is_a_fault(folder: Folder) -> None:
    event = Event(kind="deleted", subject="run-a", actor={})
    said = record(folder.path, event, tmp=folder.tmp, prefix="run-a.", sync=False)
    (folder.path / f"run-a.{said.name}.yaml").rename(folder.path / f"run-b.{said.name}.yaml")
    found = read_folder(folder.path, prefix="run-b.")
    assert found.events == ()
    assert "is about 'run-a'" in found.faults[0]


def test_an_event_of_a_newer_format_is_read_with_a_warning(folder: Folder) -> None:
    folder.write(dump(envelope(format=2, shape="new")))
    found = folder.read()
    assert [event.body for event in found.events] == [{"shape": "new"}]
    assert "newer format 2" in found.faults[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "1"},
        {"kind": None},
        {"subject": ["churn"]},
        {"parents": "x"},
        {"parents": ["x"]},
        {"actor": "ada"},
        {"time": "soon"},
        {"time": 1},
        {"reason": None},
    ],
)
def test_an_event_without_its_envelope_is_a_fault(folder: Folder, changes: dict[str, Any]) -> None:
    folder.write(dump(envelope(**changes)))
    assert "a field is missing or of the wrong kind" in folder.read().faults[0]


@pytest.mark.parametrize("data", [b"", b"\xff", b"[1]", b"a: &x 1\nb: *x\n", b"<<<<<<< HEAD\n"])
def test_a_file_that_is_no_event_is_a_fault(folder: Folder, data: bytes) -> None:
    folder.write(data)
    found = folder.read()
    assert found.events == ()
    assert len(found.faults) == 1


def test_a_planted_link_is_a_fault(folder: Folder, tmp_path: Path) -> None:
    event = folder.record()
    folder.file(event).rename(tmp_path / "elsewhere")
    folder.file(event).symlink_to(tmp_path / "elsewhere")
    assert folder.read().events == ()


def test_files_that_are_no_events_are_passed_over(folder: Folder) -> None:
    folder.record()
    (folder.path / ".DS_Store").touch()
    assert folder.read().faults == ()


def test_unknown_keys_are_kept(folder: Folder) -> None:
    data = dump(envelope(later={"a": [1, 2]}))
    folder.write(data)
    assert events.encode(folder.read().events[0]) == data


def test_a_key_of_the_envelope_cannot_stand_in_the_body(folder: Folder) -> None:
    with pytest.raises(ValueError, match="cannot have the key 'lamport'"):
        folder.record(lamport=7)


def test_the_heads_are_what_no_event_follows(folder: Folder) -> None:
    root = folder.record()
    left, right = folder.record(root), folder.record(root)
    assert set(folder.read().heads) == {left.name, right.name}
    merged = folder.record(left, right)
    assert folder.read().heads == (merged.name,)


def test_an_event_whose_parent_was_reverted_follows_all_that_came_before_it(
    folder: Folder,
) -> None:
    root = folder.record()
    reverted = folder.record(root)
    last = folder.record(reverted)
    folder.file(reverted).unlink()
    found = folder.read()
    assert found.missing == (reverted.name,)
    assert found.heads == (last.name,)
    assert ancestors(found.events, last) == {root.name, reverted.name}


def test_the_order_is_that_of_logical_time_then_hash(folder: Folder) -> None:
    root = folder.record()
    children = sorted(folder.record(root).name for _ in range(5))
    assert [event.name for event in folder.read().events] == [root.name, *children]


def test_nothing_is_written_after_an_event_that_claims_the_end_of_time(folder: Folder) -> None:
    last = Event(kind="tagged", subject="churn", name=f"{'9' * 12}-{'a' * 20}")
    with pytest.raises(IntegrityError, match="nothing can follow"):
        folder.record(last)
    assert not folder.path.exists()


def test_a_folder_that_cannot_be_read_is_a_fault_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot be read" in read_folder(tmp_path / "loop").faults[0]
    assert read_folder(tmp_path / "missing") == Events()


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_fault(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.mktemp("events") / "x.yaml"
    path.write_bytes(data)
    name = f"000000000001-{hashlib.sha256(data).hexdigest()[:20]}"
    with pytest.raises(MltrackError):
        events.decode(path, name)
