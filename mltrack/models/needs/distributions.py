"""The distributions that a package needs: found by what was loaded, pinned as they are here."""

from dataclasses import replace

from mltrack.models import installed
from mltrack.models.draft import Draft
from mltrack.models.entities import Wishes


def pinned(draft: Draft, wishes: Wishes) -> Draft:
    """Write `requirements.txt` and the lock, and return the draft that names them."""
    needed = [*draft.flavor.requirements(draft.facts.details), *wishes.requirements]
    if type(wishes.rows).__module__.split(".")[0] == "pandas":
        needed.append("pandas")
    pins = installed.pinned(needed)
    (draft.folder / draft.facts.requirements).write_bytes(pins.encode())
    return replace(draft, facts=replace(draft.facts, lock=""))
