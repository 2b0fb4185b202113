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
        modules: the file of every module that was loaded where the model was rehearsed.
        notes: what the user should know.
    """

    folder: Path
    flavor: Flavor
    facts: PackageFacts
    modules: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
