"""The suffix of a file's name decides its form."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from mltrack.errors import BadValueError


def form_of(to: str, forms: Mapping[str, str], call: str) -> str:
    """Return the form that the suffix of a path stands for.

    Args:
        to: the path of an artifact.
        forms: each form by its suffix.
        call: the log call, as an error names it.

    Raises:
        TypeError: the path is no text.
        BadValueError: its suffix stands for none of them.
    """
    if not isinstance(to, str):
        raise TypeError(f"{call} needs a path in the run, not {type(to).__name__}")
    form = forms.get(PurePosixPath(to).suffix.lower())
    if form is None:
        first = next(iter(forms))
        raise BadValueError(
            f"{call} writes {', '.join(forms)}, and {to!r} ends in none of them",
            fix=f"name it {PurePosixPath(to or 'name').stem}{first}",
        )
    return form
