"""A model that was loaded: it predicts on rows that its signature lets through."""

import warnings
from dataclasses import dataclass
from typing import Any

from mltrack.models.entities import Signature
from mltrack.models.flavors import Flavor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to predict."""

    native: Any
    """The model as its framework knows it."""
    digest: str
    flavor: Flavor
    signature: Signature | None
    """What it takes and gives; None when nobody knew at saving."""
    notes: tuple[str, ...]
    """What the user should know, such as a library of another version."""

    def predict(self, data: Any) -> Any:  # noqa: ANN401 - as the framework has it
        """Return one prediction a row.

        Columns that the model does not take are left out, with a warning.

        Args:
            data: a pandas DataFrame, a numpy array, or a list of rows.

        Raises:
            UsageError: a column is missing, or a value is not what the signature says.
        """
        if self.signature is None:
            return self.flavor.predict(self.native, data)
        from mltrack.models.enforce import fitted

        fitting = fitted(self.signature, data)
        for note in fitting.notes:
            warnings.warn(note, stacklevel=2)
        return self.flavor.predict(self.native, fitting.table)
