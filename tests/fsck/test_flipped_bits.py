"""A bit that flipped in any text of a run that has ended is seen, with git or without."""

import re

import pytest

import mltrack
from mltrack.errors import MltrackError
from mltrack.fsck.entities import Finding
from mltrack.fsck.kinds import Kind
from mltrack.store.layout import MANIFEST, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.yaml_reader import mapping_of
from mltrack.tracking import codec
from mltrack.tracking.catalog.search import list_runs
from tests.fsck.damages import changed, removed, rewritten
from tests.fsck.ruin import Ruin, write

TEXTS = (METRICS, PACKAGES, PATCH, MANIFEST)
SAMPLES = 24


@pytest.fixture
def alone(ruin: Ruin) -> Ruin:
    """Return the project without git."""
    ruin.forget_git()
    return ruin


def flipped(data: bytes, at: int) -> bytes:
    """Return bytes with another one of the eight bits flipped at each place."""
    return data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]


def sampled(data: bytes) -> list[int]:
    return [*range(0, len(data) - 1, max(1, len(data) // SAMPLES) | 1), len(data) - 1]


def only(ruin: Ruin) -> Finding:
    [found] = ruin.check().findings
    return found


@pytest.mark.parametrize("name", [RUN, *TEXTS])
def test_a_flip_anywhere_is_named(name: str, alone: Ruin) -> None:
    path = alone.first / name
    whole = path.read_bytes()
    missed = []
    for at in sampled(whole):
        write(path, flipped(whole, at))
        named = {finding.path for finding in alone.check(alone.first.name).findings}
        missed += [at] if alone.path(path) not in named else []
    assert missed == []
    write(path, whole)
    assert alone.kinds() == []


def test_a_flip_anywhere_in_a_record_costs_its_run_one_warning(alone: Ruin) -> None:
    whole = alone.record.read_bytes()
    for at in sampled(whole):
        write(alone.record, flipped(whole, at))
        listing = list_runs(alone.store)
        assert len(listing.warnings) == 1, flipped(whole, at)
        assert alone.second.name in {run.id for run in listing.runs}


def test_a_flip_of_any_bit_of_the_digest_and_of_what_follows_it_is_seen(ruin: Ruin) -> None:
    whole = ruin.record.read_bytes()
    missed = []
    for at in range(whole.index(b"\ncheck:"), len(whole)):
        for bit in range(8):
            data = whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :]
            try:
                missed += [(at, bit)] if not codec.decode(data, "run.yaml").warnings else []
            except MltrackError:
                continue
    assert missed == []


def test_a_record_with_the_line_ends_of_windows_is_as_it_was(alone: Ruin) -> None:
    for name in (RUN, METRICS, PACKAGES, MANIFEST):
        path = alone.first / name
        write(path, path.read_bytes().replace(b"\n", b"\r\n"))
    assert alone.kinds() == []
    assert list_runs(alone.store).warnings == []


def test_a_record_without_digests_is_whole(alone: Ruin) -> None:
    rewritten(alone.record, digests={})
    write(alone.record, re.sub(b'\ncheck: "[^"]*"', b"", alone.record.read_bytes()))
    assert b"check" not in alone.record.read_bytes()
    assert alone.kinds() == []


def test_what_git_has_not_got_of_a_changed_record_stays_as_it_is(alone: Ruin) -> None:
    changed(alone.record, 'name: "first"', 'name: "1st"')
    before = alone.record.read_bytes()
    (action,) = alone.repair().actions
    assert not action.done
    assert "take the line `check` out" in action.words
    assert alone.record.read_bytes() == before


def test_a_record_that_a_person_mended_is_taken_without_its_digest(alone: Ruin) -> None:
    changed(alone.record, 'name: "first"', 'name: "1st"')
    write(alone.record, re.sub(b'\ncheck: "[^"]*"', b"", alone.record.read_bytes()))
    assert alone.kinds() == []


def test_the_digests_of_a_changed_record_accuse_no_other_file(alone: Ruin) -> None:
    digest = codec.decode(alone.record.read_bytes(), RUN).digests[METRICS]
    changed(alone.record, digest, digest[::-1])
    assert (only(alone).kind, only(alone).path) == (Kind.RUN_CHANGED, alone.path(alone.record))


def test_a_journal_that_was_changed_is_named_and_not_its_summary(alone: Ruin) -> None:
    changed(alone.journal, '"loss":1.0', '"loss":9.0')
    assert (only(alone).kind, only(alone).path) == (
        Kind.RUN_FILE_CHANGED,
        alone.path(alone.journal),
    )


@pytest.mark.parametrize("name", [RUN, *TEXTS])
def test_git_brings_back_the_bytes_that_were_there(name: str, ruin: Ruin) -> None:
    path = ruin.first / name
    whole = path.read_bytes()
    write(path, flipped(whole, len(whole) * 2 // 3))
    assert ruin.repair().left.is_clean
    assert path.read_bytes() == whole


def test_a_manifest_that_lists_other_bytes_is_mended_and_takes_no_file_away(alone: Ruin) -> None:
    whole = alone.manifest.read_bytes()
    sha256 = mapping_of(whole, MANIFEST)["files"]["plots/plot.svg"]["sha256"]
    changed(alone.manifest, sha256, sha256[::-1])
    assert only(alone).path == alone.path(alone.manifest)
    assert alone.repair().left.is_clean
    assert alone.manifest.read_bytes() == whole
    assert alone.plot.is_file()


def test_a_manifest_that_had_to_be_made_anew_is_no_damage(alone: Ruin) -> None:
    removed(alone.object)
    write(alone.manifest, "")
    assert alone.repair().left.is_clean
    assert b"rebuilt: true" in alone.manifest.read_bytes()


def test_a_record_made_anew_bears_its_digest_and_only_fitting_ones(alone: Ruin) -> None:
    changed(alone.record, '"finished"', '"finished')
    write(alone.first / PACKAGES, "other==1\n")
    assert alone.repair().left.is_clean
    record = codec.decode(alone.record.read_bytes(), RUN)
    assert set(record.digests) == {METRICS, PATCH, MANIFEST}
    assert record.warnings == ()


def test_what_a_fixer_did_to_a_covered_text_is_undone(alone: Ruin) -> None:
    path = alone.first / PACKAGES
    whole = path.read_bytes()
    write(path, whole + b"\n")
    assert alone.repair().left.is_clean
    assert path.read_bytes() == whole


def test_a_changed_record_is_not_let_into_a_commit(ruin: Ruin) -> None:
    with mltrack.start_run(name="third") as run:
        pass
    path = ruin.store.layout.run_folder(run.id) / RUN
    changed(path, 'name: "third"', 'name: "3rd"')
    ruin.repo.git("add", ".mltrack")
    assert [finding.kind for finding in ruin.staged()] == [Kind.RUN_CHANGED]
