"""Predict the rows of a file with a model, as a program asks for it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, Unpack

from mltrack.api.env_names import EnvOptions
from mltrack.api.models.packages import found_model
from mltrack.api.store import start_folder
from mltrack.errors import NotFoundError, UsageError
from mltrack.progress import Share, nobody

if TYPE_CHECKING:
    from mltrack.models.rows.formats import RowsFormat
    from mltrack.models.rows.predictions import Asked, Model, Predicted

Data = Path | str | BinaryIO
Output = Path | str | TextIO | BinaryIO
_STREAM = "standard input"


def predict(  # noqa: PLR0913 - each is an option of the command, named by the caller
    uri: str | Path,
    data: Data,
    *,
    output: Output,
    input_format: str = "",
    output_format: str = "",
    method: str = "predict",
    keep: Sequence[str] = (),
    on_error: str = "fail",
    trust: bool = False,
    share: Share = nobody,
    **where: Unpack[EnvOptions],
) -> "Predicted":
    """Predict every row of a file, in bounded memory.

    Args:
        uri: the model, as `load_model` takes it.
        data: a file of rows, with `.gz` or without, or an open stream of its bytes.
        output: a file for the predictions, replaced when all of them are there, or an open stream.
        input_format: csv, jsonl or parquet; else what the name of the file tells, or CSV.
        output_format: the same for the predictions; to a stream it is else that of the rows,
            though never Parquet.
        method: what the model is asked for, such as `predict_proba`.
        keep: columns of the rows that are copied in front of the predictions.
        on_error: `fail` where a row does not fit, or `skip` to leave it out.
        trust: as `load_model` takes it.
        share: is told how far the rows are read.
        where: see `EnvOptions`: in this Python, or in an environment of the model's own.

    Raises:
        NotFoundError: there is no such model, or no such file.
        UsageError: a row does not fit the model; its line and column are named. Or the output is a
            folder, in the store, or the file that is read.
        MissingExtraError: Parquet is read or written, and pyarrow is not installed.
    """
    from mltrack.api.models.envs import model_in
    from mltrack.models.rows.formats import pair
    from mltrack.models.rows.predictions import Asked, OnError

    if on_error not in list(OnError):
        raise UsageError(f"on_error is fail or skip, not {on_error!r}")
    _check_place(data, output)
    formats = pair(_name_of(data), _name_of(output), (input_format, output_format))
    asked = Asked(
        method=method,
        keep=tuple(dict.fromkeys(keep)),
        on_error=OnError(on_error),
        progress=share,
    )
    with model_in(found_model(uri), where, trust=trust) as model:
        done = _predicted(model, (data, output), formats, asked)
        return replace(done, notes=(*model.notes, *done.notes))


def _predicted(
    model: "Model",
    ends: tuple[Data, Output],
    formats: tuple["RowsFormat", "RowsFormat"],
    asked: "Asked",
) -> "Predicted":
    """Predict with whatever answers as a model does."""
    from mltrack.models.rows import sources
    from mltrack.models.rows.chunks import Wanted
    from mltrack.models.rows.predictions import predict_rows, signature_of
    from mltrack.models.rows.writers import writer_of

    data, output = ends
    name = _name_of(data) or _STREAM
    wanted = Wanted(signature=signature_of(model), source=name, keep=asked.keep)
    with (
        _reading(data) as stream,
        sources.opened(sources.Source(stream, formats[0]), wanted) as rows,
        _writing(output, formats[1]) as sink,
    ):
        return predict_rows(model, rows, writer_of(formats[1], sink), asked, name)


def _name_of(end: Path | str | object) -> str:
    return f"{end}" if isinstance(end, Path | str) else ""


def _check_place(data: Data, output: Output) -> None:
    """Make sure that predictions overwrite neither the rows that they are made of nor the store."""
    from mltrack.api.output_files import place_of

    if not isinstance(output, Path | str):
        return
    target = place_of(_path_of(output), overwrite=True)
    source = _path_of(data) if isinstance(data, Path | str) else None
    if source and source.is_file() and target.is_file() and source.samefile(target):
        raise UsageError(
            f"{output} is the file that is read", fix="name another file for the predictions"
        )


def _path_of(given: Path | str) -> Path:
    return start_folder() / Path(given).expanduser()


@contextlib.contextmanager
def _reading(data: Data) -> Iterator[BinaryIO]:
    if not isinstance(data, Path | str):
        yield data
        return
    path = _path_of(data)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise NotFoundError(
            f"there is no file {data}", fix=f"see what is there: ls {path.parent}"
        ) from None
    except OSError as error:
        raise UsageError(f"{data} cannot be read: {error.strerror or error}") from error
    with stream:
        yield stream


@contextlib.contextmanager
def _writing(output: Output, kind: "RowsFormat") -> Iterator[BinaryIO]:
    from mltrack.api.output_files import written
    from mltrack.store import output_file

    if isinstance(output, Path | str):
        with written(_path_of(output)) as sink:
            yield sink
    else:
        yield output_file.stream_of(output, text=kind != "parquet")
