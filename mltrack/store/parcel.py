"""The form of a zip file of runs: a store's own paths, and a list of what is in it."""

from typing import NamedTuple

LIST = "mltrack-runs.json"
"""The file that says what the others are."""
KIND = "mltrack runs"
FORMAT = 1
TOPS = frozenset({"runs", "annotations", "experiments", "objects"})
"""The folders of a store that may be in it."""


class Packed(NamedTuple):
    """What the list says of a file."""

    size: int
    sha256: str
