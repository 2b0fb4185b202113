"""Read the records of a CSV file exactly, each with the line on which it ends."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.models.rows.chunks import CHUNK_BYTES, CHUNK_ROWS
from mltrack.models.rows.reading import Reading, text_of


class Record(NamedTuple):
    """The cells of one row, and the line on which it ends."""

    line: int
    cells: list[str]


class Records:
    """The records of a file that are not blank; they are read as they are asked for.

    Args:
        reading: the file.
        line: the number of the next line.

    Raises:
        UsageError: while they are read: the file is not UTF-8, or no CSV.
    """

    def __init__(self, reading: Reading, line: int = 1) -> None:
        self._reading = reading
        self._first = line
        self._reader = csv.reader(self._texts(), strict=True)
        self._bytes = 0

    @property
    def line(self) -> int:
        """Return the number of the next line."""
        return self._first + self._reader.line_num

    def __iter__(self) -> "Records":
        return self

    def __next__(self) -> Record:
        """Return the next record."""
        while True:
            try:
                cells = next(self._reader)
            except csv.Error as error:
                where = f"{self._reading.source}:{self.line - 1}"
                raise UsageError(f"{where}: {error}") from None
            if cells:
                return Record(self.line - 1, cells)

    def _texts(self) -> Iterator[str]:
        while data := self._reading.line(self.line):
            self._bytes += len(data)
            yield text_of(data, self.line, self._reading.source)

    def some(self) -> list[Record]:
        """Return as many records as make a chunk; none at the end."""
        self._bytes = 0
        found: list[Record] = []
        while len(found) < CHUNK_ROWS and self._bytes < CHUNK_BYTES:
            record = next(self, None)
            if record is None:
                break
            found.append(record)
        return found
