"""One broken file of a store costs its own run a warning; the others are listed, fsck names it."""

from collections.abc import Callable

import pytest

import mltrack
from mltrack.fsck.check import check
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.fsck.damages import rewritten
from tests.fsck.ruin import Ruin, write

BREAKAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda _: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "a bit flipped": lambda data: flipped(data, len(data) // 2),
    "conflict markers": lambda data: b"<<<<<<< a\n" + data + b"=======\n" + data + b">>>>>>> b\n",
}
IN_A_RUN = (
    "run.yaml",
    "metrics.jsonl",
    "artifacts.yaml",
    "artifacts/plots/plot.svg",
    "environment.txt",
    "code.patch.gz",
)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


@pytest.mark.parametrize("breakage", BREAKAGES)
@pytest.mark.parametrize("name", IN_A_RUN)
def test_of_a_committed_run_any_file_is_named(name: str, breakage: str, ruin: Ruin) -> None:
    path, other = ruin.first / name, ruin.second.name
    write(path, BREAKAGES[breakage](path.read_bytes()))
    listing = list_runs(ruin.store)
    assert other in {run.id for run in listing.runs}
    assert len(listing.warnings) <= 1
    found = ruin.check().findings
    assert ruin.path(path) in {finding.path for finding in found}
    assert {finding.subject for finding in found} == {ruin.first.name}


@pytest.mark.parametrize("breakage", BREAKAGES)
@pytest.mark.parametrize("number", range(5))
def test_of_a_committed_store_any_event_is_named(number: int, breakage: str, ruin: Ruin) -> None:
    folders = ("annotations", "experiments", "models")
    events = [p for f in folders for p in sorted((ruin.root / f).rglob("0*.yaml"))]
    events += sorted((ruin.root / "annotations").rglob("*.yaml"))
    path = events[number]
    write(path, BREAKAGES[breakage](path.read_bytes()))
    assert {run.id for run in list_runs(ruin.store).runs} == {ruin.first.name, ruin.second.name}
    assert ruin.path(path) in {finding.path for finding in ruin.check().findings}


@pytest.mark.parametrize("breakage", BREAKAGES)
@pytest.mark.parametrize("name", IN_A_RUN)
def test_without_git_a_digest_or_the_form_tells(name: str, breakage: str, ruin: Ruin) -> None:
    ruin.forget_git()
    path = ruin.first / name
    whole = path.read_bytes()
    broken = BREAKAGES[breakage](whole)
    write(path, broken)
    assert ruin.path(path) in {finding.path for finding in ruin.check().findings}


def test_without_git_and_digests_a_value_that_was_changed_in_a_journal_tells_in_the_summary(
    ruin: Ruin,
) -> None:
    ruin.forget_git()
    rewritten(ruin.record, digests={})
    write(ruin.journal, ruin.journal.read_bytes().replace(b'"loss":1.0', b'"loss":9.0'))
    [found] = ruin.check().findings
    assert found.path == ruin.path(ruin.record)
    assert "'loss'" in found.message


def test_of_a_hundred_runs_ninety_nine_are_listed(ruin: Ruin) -> None:
    for _ in range(98):
        with mltrack.start_run():
            pass
    ruin.record.write_bytes(b"")
    listing = list_runs(ruin.store)
    assert len(listing.runs) == 99
    assert len(listing.warnings) == 1
    found = check(Store(ruin.root))
    assert [finding.path for finding in found.findings] == [ruin.path(ruin.record)]
    assert found.checked["runs"] == 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'status: "finished"', b'status: "killed"'),
        (b"lr: 0.1", b"lr: 0.5"),
        (b"last: 0.33", b"last: 0.73"),
        (b"count: 3", b"count: 7"),
        (b'ended: "2', b'ended: "3'),
    ],
)
def test_without_git_a_record_that_says_other_than_its_journals_is_named(
    old: bytes, new: bytes, ruin: Ruin
) -> None:
    ruin.forget_git()
    assert old in ruin.record.read_bytes()
    write(ruin.record, ruin.record.read_bytes().replace(old, new))
    [found] = ruin.check().findings
    assert found.path == ruin.path(ruin.record)


def test_without_git_a_size_that_an_object_has_not_is_named_and_mended(ruin: Ruin) -> None:
    ruin.forget_git()
    whole = ruin.manifest.read_bytes()
    write(ruin.manifest, whole.replace(b"size: 1048577", b"size: 3048577"))
    [found] = ruin.check().findings
    assert found.path == ruin.path(ruin.manifest)
    assert ruin.repair().left.is_clean
    assert ruin.manifest.read_bytes() == whole


VALUES = {
    "numbers": [0, -1, 10**30, 0.1, 1e-300, float("nan"), float("inf"), -0.0, True, None],
    "texts": ["", "\u00fc\u4e2d\U0001f600", "a\nb\tc", "no", "012", "1:30", "x" * 5000, "\x07"],
    "trees": {"a": [1, {"b": [[]]}], "": {}, "1": "one"},
}


def test_what_was_logged_of_any_value_is_no_difference(ruin: Ruin) -> None:
    with mltrack.start_run(params=VALUES, tags={"at": VALUES}) as run:
        run.log_params({f"late {name}": value for name, value in VALUES.items()})
        run.set_tags({"late": VALUES})
        run.log_metrics({"nan": float("nan"), "inf": float("inf"), "big": 10**18, "zero": -0.0})
    with pytest.raises(ZeroDivisionError), mltrack.start_run():
        raise ZeroDivisionError("a reason\nof two lines")
    assert ruin.kinds() == []
