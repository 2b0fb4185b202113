"""A package that is being written."""

from dataclasses import dataclass
from pathlib import Path

from mltrack.models.entities import PackageFacts
from mltrack.models.flavors import Flavor


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A package whose model is written, and what is known of it so far.

    Attributes:
        folder: where it is written.
        flavor: the flavour that wrote the model.
        facts: what `model.yaml` will hold.
        found: the distributions that the model or the project's own code asked for.
        notes: what the user should know.
    """

    folder: Path
    flavor: Flavor
    facts: PackageFacts
    found: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
