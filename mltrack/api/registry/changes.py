"""Say something of a model or of a version of it, take it out of the listings, bring it back."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.registry.promoting import refuse_silence
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, NotFoundError, UsageError, nearest
from mltrack.registry import index, policy, reader
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import Aliased, Deleted, Described, Fact, Restored, Tagged
from mltrack.registry.fields import checked_fields
from mltrack.registry.references import InRegistry, parse_registered
from mltrack.registry.selection import select_deleted, select_version
from mltrack.registry.stages import Stages
from mltrack.registry.writing import append, changing
from mltrack.store.names import new_name
from mltrack.tracking.values import checked_values


class Change(NamedTuple):
    """What a model is after something was said of it.

    Attributes:
        state: the model as it is now.
        version: the version of which it was said; None when it was said of the model.
        is_new: whether it was not so before; else nothing was written.
        notes: what its author should know.
    """

    state: ModelState
    version: Version | None
    is_new: bool = True
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the words by which what was spoken of is found."""
        return self.version.uri if self.version else self.state.name


def alias_model(version: str, alias: str, *, reason: str = "") -> Change:
    """Give an alias to a version; another version that has it loses it.

    Args:
        version: `churn/3`, `churn@staging`.
        alias: small letters, digits, dots, dashes and underscores; no stage, number or `latest`.
        reason: why.

    Raises:
        UsageError: no version is named, or the word cannot be an alias.
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
    """
    wanted, alias = parse_registered(version), new_name(alias, "alias")
    if not wanted.word:
        raise UsageError(
            f"{version!r} names a model, and no version of it",
            fix=f"name one: mltrack model alias {shlex.quote(version)}/3 {shlex.quote(alias)}",
        )

    def fact(state: ModelState, stages: Stages) -> Fact | None:
        if fault := policy.alias_fault(alias, stages):
            raise UsageError(f"{alias!r} cannot be an alias: {fault}", fix="choose another word")
        chosen = select_version(state, stages, wanted).id
        return None if state.aliases.get(alias) == chosen else Aliased(alias=alias, version=chosen)

    return _said(wanted, fact, reason)


def unalias_model(name: str, alias: str, *, reason: str = "") -> Change:
    """Take an alias away.

    Raises:
        UsageError: a version is named, and an alias belongs to a model.
        NotFoundError: there is no such model or alias.
    """
    wanted = parse_registered(name)
    if wanted.word:
        raise UsageError(f"{name!r} names a version", fix=f"name the model: {wanted.name}")

    def fact(state: ModelState, stages: Stages) -> Fact:  # noqa: ARG001 - as the others
        known = [*state.aliases, *state.contested_aliases]
        if alias not in known:
            raise NotFoundError(
                f"{state.name} has no alias {alias!r}{nearest(alias, known)}",
                fix=f"mltrack model show {shlex.quote(state.name)}",
            )
        return Aliased(alias=alias, version=None)

    return _said(wanted, fact, reason)


def tag_model(
    reference: str,
    tags: Mapping[str, Any] | None = None,
    *,
    remove: Iterable[str] = (),
    reason: str = "",
) -> Change:
    """Set tags of a model or of a version, and remove some.

    Args:
        reference: `churn` or `churn/3`.
        tags: the tags to set, by name; secrets in them are masked.
        remove: names of the tags to remove.
        reason: why.

    Raises:
        TypeError, ValueError: a tag cannot be one.
        UsageError: no tag is named, or one is to be set and removed.
        NotFoundError: there is no such model, version or tag.
        ConflictError: branches disagree on which version is meant.
    """
    wanted, gone = parse_registered(reference), list(remove)
    store = opened_store()
    labels = checked_values(tags or {}, "tag", store.settings["secrets.allow"])
    if not labels and not gone:
        raise UsageError("no tag is named", fix="write it as NAME=VALUE")
    if both := sorted(labels.keys() & set(gone)):
        raise UsageError(
            f"the tag {both[0]!r} is to be set and removed at once", fix="say only one of the two"
        )

    def fact(state: ModelState, stages: Stages) -> Fact:
        version = select_version(state, stages, wanted) if wanted.word else None
        known = list(version.tags if version else state.tags)
        for name in gone:
            if name not in known:
                raise NotFoundError(
                    f"{reference} has no tag {name!r}{nearest(name, known)}",
                    fix=f"mltrack model show {shlex.quote(reference)}",
                )
        removed = dict.fromkeys(gone)
        return Tagged(version=version.id if version else None, tags={**labels, **removed})

    return _said(wanted, fact, reason)


def describe_model(  # noqa: PLR0913 - the fields of a model, by keyword
    reference: str,
    description: str | None = None,
    *,
    owner: str | None = None,
    contact: str | None = None,
    purpose: str | None = None,
    limits: str | None = None,
    risk_tier: str | None = None,
    next_review: str | None = None,
    reason: str = "",
) -> Change:
    """Say what a model or a version is, in place of what was said before.

    Secrets in the words are masked. An empty text takes back what was said; what is left out stays.

    Args:
        reference: `churn` or `churn/3`; a version has a description only.
        description: what it is.
        owner: who answers for it.
        contact: whom to ask.
        purpose: what it is for.
        limits: what it is not for, or cannot do.
        risk_tier: how much harm it could do, in the words of your own rules.
        next_review: the day by which to look at it again, as `2026-08-01`.
        reason: why.

    Raises:
        UsageError: nothing is said, or a field of a version.
        BadValueError: the date is none, or a text is over 64 KiB.
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
    """
    wanted = parse_registered(reference)
    given = {
        "description": description,
        "owner": owner,
        "contact": contact,
        "purpose": purpose,
        "limits": limits,
        "risk_tier": risk_tier,
        "next_review": next_review,
    }
    said = {name: text for name, text in given.items() if text is not None}
    fields = checked_fields(said, of_model=not wanted.word)

    def fact(state: ModelState, stages: Stages) -> Fact:
        version = select_version(state, stages, wanted).id if wanted.word else None
        return Described(version=version, fields=fields)

    return _said(wanted, fact, reason)


def remove_model(reference: str, *, reason: str) -> Change:
    """Take a model or one version of it out of the listings; all files stay.

    Its number is never given to another. Whoever says something of it that you have not seen keeps
    it, as with runs.

    Args:
        reference: `churn` or `churn/3`.
        reason: why; it is kept for ever.

    Raises:
        UsageError: there is no reason.
        NotFoundError: there is no such model or version.
        ConflictError: a version is in a stage that holds one, or branches disagree on it.
    """
    refuse_silence(reason, what="removing a model")
    wanted = parse_registered(reference)

    def fact(state: ModelState, stages: Stages) -> Fact:
        version = select_version(state, stages, wanted) if wanted.word else None
        for one in state.versions if version is None else (version,):
            _refuse_used(one, stages)
        return Deleted(version=version.id if version else None)

    return _said(wanted, fact, reason)


def _refuse_used(version: Version, stages: Stages) -> None:
    used = [stage for stage in version.claimed if stage in stages.exclusive]
    if used:
        uri = shlex.quote(version.uri)
        raise ConflictError(
            f"{version.uri} is in {' and '.join(used)}",
            why="what is in a stage that holds one version is not removed",
            fix=f"mltrack registry archive {uri} -m WHY, or mltrack registry demote {uri} -m WHY",
        )


def restore_model(reference: str, *, reason: str = "") -> Change:
    """Take back that a model or one version of it was removed.

    Args:
        reference: `churn` for every version that was removed, or `churn/3`.
        reason: why.

    Raises:
        NotFoundError: no such model or version was removed.
        ConflictError: the word means several versions.
    """
    wanted = parse_registered(reference)

    def fact(state: ModelState, stages: Stages) -> Fact:
        if not wanted.word and state.deleted:
            return Restored(version=None)
        if not wanted.word:
            return _kept_by_others(state, None)
        gone = select_deleted(state, wanted.word)
        if gone is not None:
            return Restored(version=gone.id)
        return _kept_by_others(state, select_version(state, stages, wanted))

    return _said(wanted, fact, reason, deleted=True)


def _kept_by_others(state: ModelState, version: Version | None) -> Fact:
    """Return that what is here stays, where somebody removed it who had not seen all of it."""
    wanted = version.id if version else None
    if not any(e.kind == "deleted" and e.version in {wanted, None} for e in state.history):
        raise NotFoundError(
            f"{version.uri if version else state.name} was not removed",
            fix="mltrack model ls --deleted",
        )
    return Restored(version=wanted)


def _said(
    wanted: InRegistry,
    fact: Callable[[ModelState, Stages], Fact | None],
    reason: str,
    *,
    deleted: bool = False,
) -> Change:
    """Write what is said of a model, unless it is so already, and return the model as it is now."""
    store = opened_store()
    stages, before = reader.stages_of(store), reader.load_model(store, wanted.name, deleted=deleted)
    with changing(store, before.name, stages) as state:
        said = fact(state, stages)
        if said is None:
            return Change(state, select_version(state, stages, wanted), is_new=False)
        append(store, state, said, name=before.name, reason=reason)
    notes = index.refresh(store)
    tell_if_ignored(store)
    now = reader.load_model(store, wanted.name, deleted=True)
    about = None if isinstance(said, Aliased) and said.version is None else said.version
    return Change(now, now.version(about) if about else None, notes=notes)
