"""The log calls of a run in hand that keep files or describe data."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from mltrack.api.models.save_options import SaveOptions
from mltrack.api.tracking import keeping
from mltrack.api.tracking.keeping import Figure
from mltrack.tracking.live import LiveRun


class FileCalls:
    """What an open run can keep besides values: files, texts, pictures, tables, models, data."""

    __slots__ = ("_live",)

    def __init__(self, live: LiveRun) -> None:
        self._live = live

    def _itself(self) -> LiveRun:
        return self._live

    def log_artifact(self, path: str | Path, to: str | None = None) -> None:
        """Copy a file or folder into the run.

        Args:
            path: what to copy.
            to: its path in the run; the file's own name when left out; ending in `/`: a folder.

        Raises:
            NotFoundError: there is nothing at `path`.
            UsageError: `to` cannot be a path in the run.
        """
        keeping.log_artifact(self._itself, path, to)

    def log_artifacts(self, folder: str | Path, to: str | None = None) -> None:
        """Copy all files below a folder into the run, below `to` or at the top.

        Raises:
            NotFoundError: there is no such folder.
            UsageError: `to` cannot be a path in the run.
        """
        keeping.log_artifacts(self._itself, folder, to)

    def log_text(self, text: str, to: str) -> None:
        """Keep a text as a file of the run, byte for byte; a file of that path is replaced.

        Args:
            text: any text.
            to: the path in the run, such as `notes/first.md`.

        Raises:
            TypeError: it is no text.
            UsageError: `to` cannot be a path in the run.
        """
        keeping.log_text(self._itself, text, to)

    def log_dict(self, value: Mapping[str, Any] | Sequence[Any], to: str) -> None:
        """Keep a dict or list as a file of the run; a file of that path is replaced.

        Values that look like secrets are masked, as those of parameters are. NaN and the infinities
        are the texts "NaN", "Infinity" and "-Infinity" in JSON, `.nan` and `.inf` in YAML.

        Args:
            value: dicts, lists, texts, numbers, true, false and None; arrays become lists.
            to: the path in the run; ending in `.json`, `.yaml` or `.yml`.

        Raises:
            TypeError: it holds what JSON has no form for.
            UsageError: `to` cannot be a path in the run, or has another suffix.
        """
        keeping.log_dict(self._itself, value, to)

    def log_image(self, image: object, to: str) -> None:
        """Keep a picture as a file of the run; a file of that path is replaced.

        Args:
            image: a Pillow image; or an array of shape (height, width), or (height, width,
                channels) with 1, 3 or 4 channels (grey, RGB, RGBA), of uint8, bool, or floats from
                0 to 1.
            to: the path in the run; ending in `.png`, `.jpg` or `.jpeg`.

        Raises:
            TypeError: it is no picture, or holds numbers of another type.
            UsageError: its shape or values are none of a picture, or `to` cannot be such a path.
            MissingExtraError: a JPEG is made from an array, and Pillow is not installed.
        """
        keeping.log_image(self._itself, image, to)

    def log_table(self, table: object, to: str, *, columns: Sequence[str] | None = None) -> None:
        """Keep a table as a file of the run; a file of that path is replaced.

        Args:
            table: a pandas or polars DataFrame (without the index of pandas), a dict of columns, a
                list of dicts, or a list of rows.
            to: the path in the run; ending in `.csv`, `.json`, `.jsonl` or `.parquet`.
            columns: the names of the columns, where the rows are lists.

        Raises:
            TypeError: it is no table, or holds bytes.
            UsageError: its columns do not fit together, or `to` cannot be such a path.
            MissingExtraError: what writes Parquet is not installed.
        """
        keeping.log_table(self._itself, table, to, columns)

    def log_figure(self, figure: Figure, to: str, **options: Any) -> None:  # noqa: ANN401
        """Write a plot into the run.

        Args:
            figure: anything with `savefig`, such as a matplotlib figure.
            to: its path in the run; the suffix decides the format: `plots/roc.png`.
            options: passed on to `savefig`.

        Raises:
            TypeError: it has no `savefig`.
            UsageError: `to` cannot be a path in the run.
        """
        keeping.log_figure(self._itself, figure, to, options)

    def log_model(
        self,
        model: object,
        name: str = "model",
        *,
        inputs: object = None,
        **options: Unpack[SaveOptions],
    ) -> str:
        """Package a model and keep it in the run.

        Args:
            model: a fitted model, as `mltrack.save_model` takes it.
            name: the folder in the run.
            inputs: rows to infer names and types from; the values are not kept.
            options: see `SaveOptions`.

        Returns:
            The digest of the package; empty when the disk refused it.
        """
        return keeping.log_model(self._itself, model, name, inputs, options)

    def log_input(
        self,
        data: object,
        name: str,
        *,
        source: str | Path | None = None,
        context: str | None = None,
    ) -> str:
        """Record which data the run used: digest, rows and columns; no value of it is kept.

        Args:
            data: a path to a file or folder; a DataFrame or Series of pandas or polars; an array; a
                dict of columns; a list.
            name: what the run calls it; the later description of a name wins.
            source: where it came from; the path itself when left out.
            context: what it was used for, such as `training` or `validation`.

        Returns:
            The digest, a sha256 in hex; empty when the disk refused.

        Raises:
            NotFoundError: there is nothing at the path.
            TypeError: it is nothing of the kind.
        """
        return keeping.log_input(self._itself, data, name, source, context)
