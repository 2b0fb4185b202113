"""The registry of another time as rows that JSON can hold; their keys stay as they are."""

from collections.abc import Iterator
from typing import Any

from mltrack.registry.entities import HistoryEntry, Version, name_of
from mltrack.registry.past.entities import PastRegistry, Standing
from mltrack.store import clock

Row = dict[str, Any]


def past_head(past: PastRegistry) -> Row:
    """Return which moment and commit rows are of."""
    return {
        "moment": None if past.moment is None else clock.to_text(past.moment.timestamp()),
        "commit": past.commit,
        "committed": None if past.committed is None else clock.to_text(past.committed),
        "branch": past.branch or None,
        "notes": list(past.notes),
    }


def past_rows(past: PastRegistry) -> list[Row]:
    """Return a row for each version that was in an exclusive stage, or was claimed to be."""
    return [row for standing in past.standings for row in _rows(standing)]


def _rows(standing: Standing) -> Iterator[Row]:
    for version, mover in zip(standing.versions, standing.movers, strict=True):
        yield {
            "model": standing.model,
            "stage": standing.stage,
            "contested": standing.is_contested,
            **_version(version),
            **_mover(mover),
        }


def _version(version: Version) -> Row:
    return {
        "number": version.number,
        "label": version.label,
        "version": version.id,
        "digest": version.digest,
        "run": version.source.run,
    }


def _mover(mover: HistoryEntry | None) -> Row:
    if mover is None:
        return dict.fromkeys(("since", "by", "reason", "forced", "unpushed", "event"))
    return {
        "since": clock.to_text(mover.time.timestamp()),
        "by": name_of(mover.actor),
        "reason": mover.reason,
        "forced": mover.forced,
        "unpushed": mover.unpushed,
        "event": mover.event,
    }
