"""The distributions that a package needs: found by what was asked for, pinned as they are here."""

from dataclasses import replace

from mltrack.models import installed
from mltrack.models.draft import Draft
from mltrack.models.entities import Layout, Signature, Wishes
from mltrack.models.needs import locking, watching

_LOCK = "requirements.lock"
_ALWAYS = "numpy"
"""What the loader itself needs."""


def pinned(draft: Draft, wishes: Wishes) -> Draft:
    """Write `requirements.txt` and the lock, and return the draft that names them.

    Raises:
        MissingExtraError: a distribution that the flavour or the user names is not installed.
    """
    named = [*draft.flavor.requirements(draft.facts.details), *wishes.requirements]
    if not wishes.check and _takes_frames(draft.facts.signature):
        named.append("pandas")
    own = {_as_installed(name) for name in named}
    direct = own | _not_of_others({*draft.found, _ALWAYS} - own, own)
    versions = {name: installed.version_of(name) for name in direct}
    needed = watching.distributions_below([*named, *direct]) - versions.keys()
    versions |= {name: installed.version_of(name) for name in needed}
    lock = locking.locked(versions)
    texts = {
        draft.facts.requirements: "".join(f"{lock.pins[name]}\n" for name in sorted(direct)),
        _LOCK: lock.text,
    }
    for file, text in texts.items():
        (draft.folder / file).write_text(text, encoding="utf-8")
    return replace(
        draft,
        facts=replace(draft.facts, lock=_LOCK),
        notes=(*draft.notes, *lock.notes),
    )


def _takes_frames(signature: Signature | None) -> bool:
    """Tell whether rows reach the model as a DataFrame, as far as this Python has any."""
    named = signature is not None and signature.layout is Layout.NAMED
    return named and installed.version_or_none("pandas") is not None


def _as_installed(wanted: str) -> str:
    """Return the distribution that has what another name promises: xgboost is in xgboost-cpu."""
    name = watching.name_of(wanted)
    if installed.version_or_none(name) is not None:
        return name
    owners = watching.owners_of_modules([]).get(name.replace("-", "_"), set())
    return min(owners, default=name)


def _not_of_others(found: set[str], own: set[str]) -> set[str]:
    """Return those that none of the others needs."""
    kept = set(found)
    for name in sorted(found):
        if name in watching.distributions_below((kept - {name}) | own):
            kept.discard(name)
    return kept
