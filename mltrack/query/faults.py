"""What is wrong with a comparison that no run can meet."""

from mltrack.errors import UsageError, nearest
from mltrack.query.keys import MAX_KNOWN, SAID_GROUPS, unknown_key
from mltrack.query.pointing import pointed
from mltrack.query.tree import ORDERS, Comparison, kind_of


def unknown(comparison: Comparison, known: list[str], where: str) -> UsageError:
    """Return the error that no run has what is compared.

    Args:
        comparison: what is compared.
        known: the names that runs have in its group.
        where: the filter, to point at the place.
    """
    key = comparison.key
    if comparison.start is None:
        return unknown_key(key, known)
    guess = nearest(key.name, known) or f"; known: {', '.join(known[:MAX_KNOWN]) or 'none'}"
    return pointed(where, comparison.start, f"no run has {key}{guess}")


def wrong_kind(comparison: Comparison, kinds: set[str], where: str) -> UsageError | None:
    """Return the error that what is compared is of another kind in every run; None if it is not.

    Args:
        comparison: what is compared.
        kinds: of what kinds its key is in the runs, as `kind_of` names them.
        where: the filter, to point at the place.
    """
    wanted = {kind_of(literal) for literal in comparison.literals}
    is_as_logged = comparison.key.group in SAID_GROUPS and comparison.operator not in ORDERS
    if not kinds or not wanted or wanted & kinds or (is_as_logged and kind_of("") in wanted):
        return None
    told = f"{comparison.key} is {_either(kinds)} in every run, this is {_either(wanted)}"
    return pointed(where, comparison.place, told)


def _either(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))
