"""The log calls that keep files or describe data, for a run in hand as for the active one.

Each makes its bytes first and begins a run then: a mistake of the caller leaves no empty run.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from mltrack.api.models.save_options import SaveOptions
from mltrack.errors import NotFoundError, StoreWriteError
from mltrack.tracking import notices
from mltrack.tracking.live import LiveRun
from mltrack.tracking.values import checked_key

Begin = Callable[[], LiveRun]
"""Gives the run to write to; the active one is begun where there is none."""


class Figure(Protocol):
    """A plot that can write itself to a file, as matplotlib's does."""

    def savefig(self, fname: str, **options: Any) -> object:  # noqa: ANN401 - the library's own
        """Write the plot to a file."""


def log_artifact(begin: Begin, path: str | Path, to: str | None) -> None:
    """Copy a file or folder into the run."""
    source = Path(path)
    name = source.resolve().name
    place = _place(name if to is None else to + name * to.endswith("/"))
    _require(source)
    begin().log_artifact(source, place)


def _place(path: str) -> str:
    """Return the path of an artifact; what checks it is loaded by those who keep one."""
    from mltrack.store.manifest import checked_path

    return checked_path(path)


def _require(source: Path) -> None:
    with contextlib.suppress(OSError):  # what cannot be looked at is a drop, later
        if not source.exists():
            from mltrack.store.sources import files_of

            files_of(source, but=source)


def log_artifacts(begin: Begin, folder: str | Path, to: str | None) -> None:
    """Copy all files below a folder into the run, below `to` or at the top."""
    top = Path(folder)
    if not top.is_dir():
        raise NotFoundError(f"there is no folder {folder} to log")
    place = f"{_place(to)}/" if to else ""
    run = begin()
    with run.drops.counted(1):
        with os.scandir(top) as entries:  # of ten thousand names, pathlib takes long to sort them
            names = sorted(entry.name for entry in entries)
        run.log_artifacts([(top / name, f"{place}{name}") for name in names])


def log_text(begin: Begin, text: str, to: str) -> None:
    """Keep a text as a file of the run."""
    from mltrack.tracking.contents import documents

    data, place = documents.text_bytes(text), _place(to)
    begin().log_bytes(data, place)


def log_dict(begin: Begin, value: Mapping[str, Any] | Sequence[Any], to: str) -> None:
    """Keep a tree of values as JSON or YAML, its secrets masked as those of parameters are."""
    from mltrack.store.secrets import masked_value
    from mltrack.tracking.contents import documents

    tree, place = documents.checked_tree(value, to), _place(to)
    run = begin()
    masked = masked_value("", tree, frozenset(run.store.settings["secrets.allow"]))
    if masked != tree:
        notices.say_once(
            f"something in {place} looks like a secret and was masked; "
            "`secrets: {allow: [...]}` in the store's config.yaml keeps it"
        )
    run.log_bytes(documents.tree_bytes(masked, to), place)


def log_image(begin: Begin, image: object, to: str) -> None:
    """Keep a picture as PNG or JPEG."""
    from mltrack.tracking.contents.images import image_bytes

    place = _place(to)
    with _counted(begin):
        data = image_bytes(image, to)
        begin().log_bytes(data, place)


def log_table(begin: Begin, table: object, to: str, columns: Sequence[str] | None) -> None:
    """Keep a table as CSV, JSON, JSON lines or Parquet."""
    from mltrack.tracking.contents.table_files import table_bytes

    data, place = table_bytes(table, to, columns), _place(to)
    begin().log_bytes(data, place)


def log_figure(begin: Begin, figure: Figure, to: str, options: Mapping[str, Any]) -> None:
    """Write a plot into the run."""
    import tempfile

    place = _place(to)
    if not hasattr(figure, "savefig"):
        raise TypeError(f"log_figure keeps what has savefig, and {type(figure).__name__} has not")
    with _counted(begin), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(place).name
        figure.savefig(str(path), **{**_timeless(path.suffix), **options})
        begin().log_artifact(path, place)


def _timeless(suffix: str) -> dict[str, Any]:
    """Return the option that keeps the time of day out of a picture's bytes."""
    told = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}.get(suffix.lower())
    return {"metadata": told} if told else {}


def log_model(begin: Begin, model: object, name: str, inputs: object, options: SaveOptions) -> str:
    """Package a model, keep it in the run, and return the package's digest."""
    import tempfile

    from mltrack.api.models.packages import save_model

    place, digest = _place(name), ""
    with _counted(begin), tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "model"
        saved = save_model(model, package, inputs=inputs, **options).digest
        if begin().log_artifact(package, place):
            digest = saved
    return digest


def log_input(
    begin: Begin, data: object, name: str, source: str | Path | None, context: str | None
) -> str:
    """Record which data a run used, and return the digest."""
    from mltrack.tracking import datasets

    checked_key(name, "input")
    if context is not None:
        checked_key(context, "context")
    if source is not None and not isinstance(source, str | Path):
        raise TypeError(f"the source of data must be a text, not {type(source).__name__}")
    digest = ""
    with _counted(begin):
        facts = datasets.facts_of(data)
        run = begin()
        project = run.store.project
        lies = (
            datasets.source_of(data, project)
            if source is None
            else datasets.shown_source(str(source), project)
        )
        if note_input(run, name, facts, source=lies, context=context):
            digest = str(facts["digest"])
    return digest


def note_input(
    run: LiveRun,
    name: str,
    facts: Mapping[str, Any],
    *,
    source: str | None,
    context: str | None,
) -> bool:
    """Record facts about data that a run used, and tell whether that was kept."""
    told = {"source": source, "context": context}
    row = {**facts, **{key: value for key, value in told.items() if value is not None}}
    return run.append_row({"inputs": {name: row}})


@contextlib.contextmanager
def _counted(begin: Begin) -> Iterator[None]:
    """Count a drop if the machine fails inside; mistakes of the caller pass through."""
    try:
        yield
    except (OSError, StoreWriteError) as error:
        begin().drops.count(1, error)
