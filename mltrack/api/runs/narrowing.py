"""What options of a search mean as a filter: a status, a time, tags, whose runs they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mltrack.api.store import opened_store
from mltrack.errors import UsageError, nearest
from mltrack.query.keys import Key
from mltrack.query.tokens import is_text
from mltrack.query.tree import IN, IS_NULL, All, Comparison, Filter, Literal, Not
from mltrack.store import clock
from mltrack.store.store import Store
from mltrack.tracking.entities import RunStatus

if TYPE_CHECKING:
    from datetime import datetime


class Narrow(NamedTuple):
    """What runs must be, beside what a filter says.

    Attributes:
        status: one or several statuses, with commas between them.
        since: a date, a time, or such as `3 days ago`: when they began at the earliest.
        tags: `name=value`, or the name of a tag that they must have.
        mine: whether the present user must have run them.
        top: whether they may not belong to another run.
    """

    status: str | None = None
    since: "str | datetime | None" = None
    tags: tuple[str, ...] = ()
    mine: bool = False
    top: bool = False


def narrowed(condition: Filter | None, narrow: Narrow) -> Filter | None:
    """Return a filter with all that else is asked of runs; None where nothing is.

    Raises:
        UsageError: there is no such status or time, a tag has no name, or runs name no user.
    """
    parts: list[Filter] = [] if condition is None else [condition]
    if narrow.status is not None:
        parts.append(_among(Key("", "status"), _statuses(narrow.status)))
    if narrow.since is not None:
        from mltrack.query.moments import moment

        began = clock.to_text(moment(f"{narrow.since}").timestamp())
        parts.append(Comparison(Key("", "started"), ">=", began))
    parts += [_tagged(text) for text in narrow.tags]
    if narrow.mine:
        parts.append(_among(Key("", "user"), _names_of(opened_store())))
    if narrow.top:
        parts.append(Comparison(Key("", "parent"), IS_NULL, None))
    return All(tuple(parts)) if parts else None


def _among(key: Key, values: Sequence[Literal]) -> Comparison:
    return Comparison(key, IN, tuple(values))


def _statuses(text: str) -> list[str]:
    known = [str(status) for status in RunStatus]
    found = [part.strip().lower() for part in text.split(",")]
    for word in found:
        if word not in known:
            raise UsageError(
                f"there is no status {word!r}{nearest(word, known)}",
                why=f"known: {', '.join(known)}",
            )
    return found


def _tagged(text: str) -> Filter:
    name, equals, value = text.partition("=")
    if not name or not is_text(text):
        raise UsageError(f"{text!r} names no tag", fix="write --tag name=value, or --tag name")
    key = Key("tags", name)
    return _among(key, _meant(value)) if equals else Not(Comparison(key, IS_NULL, None))


def _meant(value: str) -> list[Literal]:
    """Return what the value of a tag may be that a shell gives as text."""
    if value.lower() in {"true", "false"}:
        return [value, value.lower() == "true"]
    try:
        return [value, float(value)]
    except ValueError:
        return [value]


def _names_of(store: Store) -> list[str]:
    """Return how runs here may name the present user: by email or name, or by its hash."""
    if store.settings["identity.user"] == "none":
        raise UsageError(
            "runs of this store name no user, so that none can be known as yours",
            why="identity.user is none in its config.yaml",
        )
    from mltrack.store import identity

    told = identity.who(store.project)
    full = identity.shown_user(told, "email") or ""
    return [full, identity.hashed(full)]
