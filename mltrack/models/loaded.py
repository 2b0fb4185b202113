"""A model that was loaded: it predicts on rows that its signature lets through."""

import warnings
from dataclasses import dataclass
from typing import Any

from mltrack.errors import UsageError
from mltrack.models import shaping
from mltrack.models.answer import Answer
from mltrack.models.entities import Signature, Task
from mltrack.models.flavors import Flavor
from mltrack.models.signature.columns import Table, rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, ready to predict."""

    native: Any
    """The model as its framework knows it."""
    digest: str
    flavor: Flavor
    signature: Signature | None
    """What it takes and gives; None when nobody knew at saving."""
    notes: tuple[str, ...] = ()
    """What the user should know, such as a library of another version."""
    methods: tuple[str, ...] = ("predict",)
    """What it can be asked for."""
    task: Task | None = None
    """What it predicts; None when nobody knows."""
    classes: tuple[Any, ...] | None = None
    """Its classes in the order of its chances; None where its package does not tell them."""

    def predict(self, data: Any, *, method: str = "predict") -> Any:  # noqa: ANN401 - the framework's
        """Return one prediction a row.

        Columns that the model does not take are left out, with a warning.

        Args:
            data: a DataFrame of pandas or polars, a numpy array, or a list of rows.
            method: what the model is asked for: one of `methods`.

        Raises:
            UsageError: a column is missing, or a value is not what the signature says.
        """
        if self.signature is None:
            return self._asked(data, method)
        from mltrack.models.signature.enforce import fitted

        fitting = fitted(self.signature, data)
        for note in fitting.notes:
            warnings.warn(note, stacklevel=2)
        return self._asked(rows_of(fitting.table), method)

    def answer(self, table: Table, method: str = "predict") -> Answer:
        """Return what the model gives for rows that fit, as a model in another process does."""
        names, arrays = shaping.answer_of(self._asked(rows_of(table), method))
        return Answer(None if names is None else tuple(names), tuple(arrays))

    def _asked(self, rows: Any, method: str) -> Any:  # noqa: ANN401 - the framework's
        if method not in self.methods:
            raise UsageError(
                f"the model has no {method}", fix=f"ask it for {', '.join(self.methods)}"
            )
        try:
            return self.flavor.predict(self.native, rows, method)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UsageError(f"the model refuses the rows: {error}") from error
