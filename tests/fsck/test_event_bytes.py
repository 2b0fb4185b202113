"""No byte of an event changes, and no event is called or placed otherwise, unseen."""

from pathlib import Path

import pytest

import mltrack
from mltrack.errors import IntegrityError
from mltrack.fsck import events
from mltrack.fsck.events import File
from mltrack.fsck.kinds import RULES, Kind, Severity
from mltrack.fsck.places import Role, place_of
from mltrack.registry import index
from mltrack.registry.encoding import encode
from mltrack.registry.reader import list_models
from tests.fsck.ruin import MODEL, Ruin, write
from tests.fsck.test_flipped_bits import flipped
from tests.registry import every_kind


@pytest.fixture
def each(ruin: Ruin) -> dict[str, Path]:
    """Return the committed event of each kind."""
    version = mltrack.get_model(MODEL).versions[1]
    files = every_kind.write_each(ruin.store, MODEL, version.id, ruin.runs[1])
    files["registered"] = ruin.events[0]
    index.write(ruin.store)
    ruin.repo.commit("Say one of each kind")
    assert [kind for kind in ruin.kinds() if RULES[kind].severity is Severity.DAMAGE] == []
    return files


def test_there_is_one_event_of_every_kind(each: dict[str, Path]) -> None:
    assert each.keys() == every_kind.KINDS
    made = every_kind.facts("20260131-120000-abcdefgh", "20260131-120000-abcdefgh", "").values()
    assert {encode(MODEL, fact)[0] for fact in made} | {"registered"} == every_kind.KINDS


def fault(ruin: Ruin, path: Path, data: bytes) -> Kind | None:
    """Return what a check says of bytes in the place of an event; None where they are one."""
    relative = ruin.path(path)
    place = place_of(relative)
    assert place is not None
    file = File(relative, place)
    try:
        events.event_of(data, file)
    except IntegrityError as error:
        return events.fault_of(data, file, error).kind
    return None


def test_each_byte_of_each_event_that_flips_is_named(ruin: Ruin, each: dict[str, Path]) -> None:
    missed = []
    for kind, path in each.items():
        whole = path.read_bytes()
        assert fault(ruin, path, whole) is None
        found = (fault(ruin, path, flipped(whole, at)) for at in range(len(whole)))
        missed += [(kind, at) for at, one in enumerate(found) if one is not Kind.EVENT_CHANGED]
    assert missed == []


def test_bytes_that_come_or_go_at_either_end_are_named(ruin: Ruin, each: dict[str, Path]) -> None:
    path = each["promoted"]
    whole = path.read_bytes()
    for data in (b"", whole[1:], whole[:-1], whole + b"\n", b"\n" + whole, whole * 2):
        assert fault(ruin, path, data) is Kind.EVENT_CHANGED, data


@pytest.mark.parametrize("kind", sorted(every_kind.KINDS))
def test_the_check_of_the_store_and_the_listing_name_the_event_that_flipped(
    kind: str, ruin: Ruin, each: dict[str, Path]
) -> None:
    path = each[kind]
    write(path, flipped(path.read_bytes(), path.stat().st_size // 2))
    report = ruin.check()
    assert ruin.path(path) in {f.path for f in report.findings if f.kind is Kind.EVENT_CHANGED}
    assert not report.is_clean
    assert any(path.name in line for line in list_models(ruin.store).warnings)


NAMES = {
    "another time": lambda p: p.with_name(p.name.replace("0000000000", "0000000009", 1)),
    "another hash": lambda p: p.with_name(p.name[:13] + p.name[13:33][::-1] + p.name[33:]),
    "another model": lambda p: p.parents[2] / "fraud" / "events" / p.name,
    "the folder above": lambda p: p.parents[1] / p.name,
    "the versions": lambda p: p.parents[1] / "versions" / p.name,
    "an experiment": lambda p: p.parents[3] / "experiments" / "abcdefghij" / p.name,
    "a copy": lambda p: p.with_name(f"{p.stem} (1).yaml"),
    "no suffix": lambda p: p.with_name(p.stem),
}


@pytest.mark.parametrize("to", NAMES)
@pytest.mark.parametrize("is_committed", [False, True], ids=["on the disk", "in a commit"])
def test_an_event_that_is_called_or_placed_otherwise_is_named(
    to: str, is_committed: bool, ruin: Ruin, each: dict[str, Path]
) -> None:
    path = each["approved"]
    target = NAMES[to](path)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    index.write(ruin.store)
    if is_committed:
        ruin.repo.commit("Rename it")
    named = {f.path for f in ruin.check().findings}
    assert named & {ruin.path(path), ruin.path(target)}
    before = {f.kind for f in ruin.check().findings if f.severity is not Severity.NOTE}
    assert before


def test_an_event_has_one_place(ruin: Ruin) -> None:
    """An event of one model is no event of another, whatever is done to the folder."""
    (ruin.root / "models" / MODEL).rename(ruin.root / "models" / "fraud")
    kinds = {f.kind for f in ruin.check().findings if f.path.startswith("models/fraud/events")}
    assert Kind.EVENT_MALFORMED in kinds
    assert place_of(f"models/fraud/events/{'0' * 12}-{'a' * 20}.yaml").role is Role.MODEL  # type: ignore[union-attr]  # it is there
