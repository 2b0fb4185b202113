"""What is collected for the evidence of a version: files by their paths, and what is missing."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mltrack.errors import MltrackError
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = "-Infinity"


class Collected:
    """Files by the path that they get, and a line for each thing that could not be had.

    Attributes:
        files: the bytes by path.
        missing: what is not in it, and why.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.missing: list[str] = []

    def file(self, name: str, path: Path, *, needed: bool = True) -> bool:
        """Take a file of the store as it is, and tell whether it is there.

        A symbolic link is never followed, so that nothing from outside the store gets in.
        """
        try:
            with open_plain(refuse_links(path)) as file:
                self.files[name] = file.read()
        except (OSError, MltrackError) as error:
            if needed or not isinstance(error, FileNotFoundError):
                why = getattr(error, "strerror", None) or error
                self.missing.append(f"{name}: {why}")
            return False
        return True

    def text(self, name: str, text: str) -> None:
        """Take a text."""
        self.files[name] = text.encode("utf-8", "surrogateescape")

    def json(self, name: str, document: Any) -> None:  # noqa: ANN401 - any JSON value
        """Take a document as JSON."""
        self.text(name, json.dumps(document, indent=2, allow_nan=False) + "\n")

    def csv(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Take rows as CSV; a text that a spreadsheet would run gets an apostrophe before it."""
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[_inert(cell) for cell in row] for row in rows])
        self.text(name, target.getvalue())


def _inert(cell: object) -> object:
    runs = isinstance(cell, str) and cell.startswith(_RUN_BY_SPREADSHEETS) and cell != _NUMBER
    return f"'{cell}" if runs else cell
