"""Models as a program asks for them: save one, load one."""

import errno
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mltrack.api.models.save_options import SaveOptions
from mltrack.api.store import start_folder
from mltrack.errors import ConflictError, StoreWriteError

if TYPE_CHECKING:
    from mltrack.api.models.uris import ResolvedModel
    from mltrack.models.entities import SavedModel, Wishes
    from mltrack.models.loaded import LoadedModel


_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY})


def save_model(
    model: object,
    path: Path | str,
    *,
    inputs: object = None,
    **options: Unpack[SaveOptions],
) -> "SavedModel":
    """Save a fitted model as a package in a new folder.

    Args:
        model: of scikit-learn, XGBoost, LightGBM, PyTorch, Keras, TensorFlow or ONNX, or any
            Python function, object with `predict`, or file of code.
        path: the folder; it must not exist, or be empty.
        inputs: rows like those that the model will see: a DataFrame, an array, a list of rows.
            Their names and types are looked at, their values are not kept.
        options: see `SaveOptions`.

    Raises:
        ConflictError: there is something at `path`.
        UsageError: the model cannot be packaged, `inputs` does not fit it, or what was written
            does not load and predict the same in a clean process.
    """
    from mltrack.models import saving
    from mltrack.store.atomic import built_folder, explained

    wishes = _wishes(inputs, options)
    target = start_folder() / Path(path).expanduser()
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise ConflictError(f"{path} is there already", fix="name a new folder")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with built_folder(target, tmp=target.parent) as building:
            saved = saving.save(model, building, wishes)
    except StoreWriteError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _TAKEN:
            raise ConflictError(
                f"{path} is there by now: another program saved it", fix="name a new folder"
            ) from error
        raise
    _warn(saved.notes)
    return replace(saved, path=target)


def _wishes(inputs: object, options: SaveOptions) -> "Wishes":
    from mltrack.models.entities import Wishes

    unknown = sorted(set(options) - set(SaveOptions.__annotations__))
    if unknown:
        known = ", ".join(SaveOptions.__annotations__)
        raise TypeError(f"there is no argument {unknown[0]!r} of saving a model; there are {known}")
    wishes = Wishes(inputs=inputs, **options)  # type: ignore[arg-type]  # lists become tuples
    return replace(wishes, code=tuple(wishes.code), requirements=tuple(wishes.requirements))


def load_model(uri: str | Path, *, trust: bool = False) -> "LoadedModel":
    """Load a model; `.predict(rows)` holds rows against its signature, `.native` is the model.

    Args:
        uri: `models:/churn@staging`, `churn@staging`, `churn/3`, `runs:/RUN/model`, a run that has
            one model, or a path that begins with `/`, `./`, `../` or `~`.
        trust: load it although loading runs code that this user neither made nor trusted; it is
            trusted from then on.

    Raises:
        NotFoundError: there is no such model.
        IntegrityError: a byte of it is not what was recorded.
        TrustError: loading runs code, and `trust` is not given.
    """
    loaded = _loaded(uri, trust=trust)
    _warn(loaded.notes)
    return loaded


def found_model(uri: str | Path) -> "ResolvedModel":
    """Return which package a text or a path names."""
    from mltrack.api.models.uris import resolve_model

    return resolve_model(None, f"{Path(uri).absolute()}" if isinstance(uri, Path) else uri)


def _loaded(uri: str | Path, *, trust: bool) -> "LoadedModel":
    from mltrack.models.opening import load_package

    found = found_model(uri)
    return load_package(found.folder, trust=trust, expected_digest=found.digest, name=found.name)


def _warn(notes: tuple[str, ...]) -> None:
    for note in notes:
        warnings.warn(note, stacklevel=3)
