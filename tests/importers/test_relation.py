"""How two copies of a run stand to each other."""

from pathlib import Path

import pytest

from mltrack.importers.relation import (
    Relation,
    manifest_relation,
    prefix_relation,
    record_relation,
)
from mltrack.store.manifest import Entry, Manifest

SAME, GROWN, SHORTER, DIFFERENT = Relation
BEGUN = {"id": "a", "status": "running", "started": "1", "params": {"lr": 1}, "seen": {}}
ENDED = {**BEGUN, "status": "finished", "params": {"lr": 2, "x": 1}, "seen": {"main": 3}}
NAN = float("nan")


@pytest.mark.parametrize(
    ("theirs", "ours", "relation"),
    [
        (b"", b"", SAME),
        (b"a\n", b"a\n", SAME),
        (b"a\nb\n", b"a\n", GROWN),
        (b"a\nb\n", b"a\nb", GROWN),
        (b"a\n", b"", GROWN),
        (b"a\n", b"a\nb\n", SHORTER),
        (b"a\nb\n", b"a\nc\n", DIFFERENT),
        (b"b", b"a\n", DIFFERENT),
    ],
)
def test_the_longer_journal_is_the_one_that_begins_with_the_other(
    tmp_path: Path, theirs: bytes, ours: bytes, relation: Relation
) -> None:
    (tmp_path / "theirs").write_bytes(theirs)
    (tmp_path / "ours").write_bytes(ours)
    assert prefix_relation(tmp_path / "theirs", tmp_path / "ours") is relation


@pytest.mark.parametrize(
    ("theirs", "ours", "relation"),
    [
        (BEGUN, BEGUN, SAME),
        ({**BEGUN, "id": "b"}, BEGUN, SAME),
        ({**ENDED, "metrics": {"x": NAN}}, {**ENDED, "metrics": {"x": float("nan")}}, SAME),
        (ENDED, BEGUN, GROWN),
        (BEGUN, ENDED, SHORTER),
        ({**ENDED, "started": "2"}, BEGUN, DIFFERENT),
        ({**ENDED, "params": {}}, BEGUN, DIFFERENT),
        ({**ENDED, "unknown": 1}, BEGUN, DIFFERENT),
        ({**ENDED, "status": "failed"}, ENDED, DIFFERENT),
        ({**BEGUN, "params": {"lr": 2}}, BEGUN, DIFFERENT),
    ],
)
def test_a_record_has_grown_only_as_its_end_lets_it_grow(
    theirs: dict[str, object], ours: dict[str, object], relation: Relation
) -> None:
    assert record_relation(theirs, ours) is relation


def manifest(*, replacing: bool = False, **files: str) -> Manifest:
    entries = {path: Entry(path, 1, digest, inline=True) for path, digest in files.items()}
    return Manifest(entries, {"a": "0"} if replacing else {}, {}, {})


@pytest.mark.parametrize(
    ("theirs", "ours", "journal", "relation"),
    [
        (manifest(a="1"), manifest(a="1"), GROWN, SAME),
        (manifest(a="1", b="1"), manifest(a="1"), SAME, GROWN),
        (manifest(a="1"), manifest(a="1", b="1"), SAME, SHORTER),
        (manifest(a="1"), manifest(b="1"), GROWN, DIFFERENT),
        (manifest(a="2"), manifest(a="1"), GROWN, GROWN),
        (manifest(a="2"), manifest(a="1"), SHORTER, SHORTER),
        (manifest(a="2"), manifest(a="1"), SAME, DIFFERENT),
        (manifest(a="2", b="1"), manifest(a="1"), SHORTER, DIFFERENT),
        (manifest(a="1"), manifest(a="1", replacing=True), SAME, GROWN),
        (manifest(a="1", replacing=True), manifest(a="1"), SAME, SHORTER),
    ],
)
def test_which_of_two_files_of_one_path_is_later_the_journal_tells(
    theirs: Manifest, ours: Manifest, journal: Relation, relation: Relation
) -> None:
    assert manifest_relation(theirs, ours, journal) is relation
