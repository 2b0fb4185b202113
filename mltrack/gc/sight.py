"""What one place shows of a run, and whether the run lives there: pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Sight(NamedTuple):
    """What a work tree or a commit shows of a run.

    Attributes:
        annotations: the names of the events about it.
        journals: the size of the journal of each of its folders, by the folder's name; empty where
            the run is not there.
    """

    annotations: frozenset[str]
    journals: Mapping[str, int]


def lives_in(there: Sight, here: Sight, deletions: Iterable[str]) -> bool:
    """Tell whether a run that is deleted here is not deleted elsewhere.

    It lives where none of the deletions is known, where something was said of it that is not known
    here, or where somebody logged more.

    Args:
        there: what another place shows.
        here: what this work tree shows.
        deletions: the names of the deletions that hold here.
    """
    if not there.journals:
        return False
    known = there.annotations <= here.annotations and not there.annotations.isdisjoint(deletions)
    longer = (size > here.journals.get(name, -1) for name, size in there.journals.items())
    return not known or any(longer)
