"""Say what a model package is, and what loading it would run, without running any of it."""

from pathlib import Path
from typing import Any

from mltrack.api.models.uris import resolve_model

Row = dict[str, Any]


def inspect_model(uri: str | Path) -> Row:
    """Return what a package says of itself and what loading it would run; none of it runs.

    Args:
        uri: the model, as `load_model` takes it.

    Returns:
        A tree that JSON can hold: `model`, `digest`, `flavor`, `details`, `task`, `methods`,
        `python`, `requirements`, `signature`, `files` (path to size in bytes), `example`, and
        `loading`: `runs` (None for nothing), `imports`, `code`, `known` and `since`.

    Raises:
        NotFoundError: there is no such model.
        IntegrityError: a byte of it is not what was recorded.
    """
    from mltrack.models.codec import signature_to_plain
    from mltrack.models.inspecting import inspected

    found = resolve_model(None, f"{Path(uri).absolute()}" if isinstance(uri, Path) else uri)
    seen = inspected(found.folder, found.digest)
    how, since = seen.known or (None, None)
    return {
        "model": found.name,
        "digest": seen.digest,
        "flavor": seen.facts.flavor,
        "details": dict(seen.facts.details),
        "task": seen.facts.task and str(seen.facts.task),
        "methods": list(seen.facts.methods),
        "python": seen.facts.python,
        "requirements": list(seen.needs),
        "signature": signature_to_plain(seen.facts.signature),
        "example": seen.facts.example or None,
        "files": seen.files,
        "loading": {
            "runs": seen.runs or None,
            "imports": list(seen.imports),
            "code": list(seen.code),
            "known": how,
            "since": since or None,
        },
    }
