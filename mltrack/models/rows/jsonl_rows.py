"""Read rows for a prediction from lines of JSON, typed as the signature says."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.models.entities import Layout, Signature
from mltrack.models.plain import object_array
from mltrack.models.rows import values
from mltrack.models.rows.chunks import CHUNK_BYTES, CHUNK_ROWS, Chunk, Notes, RowsFile, Wanted
from mltrack.models.rows.columns import found
from mltrack.models.rows.misfits import Misfit, named
from mltrack.models.rows.reading import Reading, text_of
from mltrack.models.rows.typed import read_table, without


class _Row(NamedTuple):
    """The values of a row in the order of the columns that are read, and its line."""

    line: int
    cells: list[object]


def opened(reading: Reading, wanted: Wanted) -> RowsFile:
    """Return the rows of a file that has one JSON object a line, to be read as they are asked for.

    A model that finds its columns by position also takes an array a line; one that takes one value
    a row, the value itself.

    Args:
        reading: the file, in UTF-8.
        wanted: what is read of it.

    Raises:
        UsageError: while the rows are read: the file is empty or not UTF-8, or its first object
            lacks a column.
    """
    reader = _Reader(reading, wanted)
    return RowsFile(chunks=reader.chunks(), notes=reader.notes)


class _Reader:
    """What reads the lines; the names of the columns are those of the first object."""

    def __init__(self, reading: Reading, wanted: Wanted) -> None:
        self.notes = Notes()
        self._reading = reading
        self._wanted = wanted
        self._line = 0
        self._readers = [values.reader_of(column) for column in wanted.signature.inputs]
        self._names: list[str] | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows.

        Raises:
            UsageError: there is no line, or the first object lacks a column.
        """
        while lines := self._lines():
            yield self._chunk(lines)
        if self._line == 0:
            raise UsageError(f"{self._wanted.source} is empty", fix="give one JSON object a line")

    def _lines(self) -> list[tuple[int, str]]:
        size = 0
        lines: list[tuple[int, str]] = []
        while len(lines) < CHUNK_ROWS and size < CHUNK_BYTES:
            data = self._reading.line(self._line + 1)
            if not data:
                break
            self._line += 1
            size += len(data)
            text = text_of(data, self._line, self._wanted.source)
            if not text.isspace():
                lines.append((self._line, text))
        return lines

    def _chunk(self, lines: list[tuple[int, str]]) -> Chunk:
        rows: list[_Row] = []
        misfits: list[Misfit] = []
        for line, text in lines:
            try:
                rows.append(_Row(line, self._cells(_parsed(text))))
            except _OddRowError as error:
                misfits.append(Misfit(line, error.column, f"{error}"))
        count = len(self._wanted.signature.inputs)
        inputs = [[row.cells[place] for row in rows] for place in range(count)]
        table, problems = read_table(self._wanted.signature, inputs, self._readers)
        kept = tuple(
            object_array(without([row.cells[count + place] for row in rows], problems))
            for place in range(len(self._wanted.keep))
        )
        misfits += named(problems, [row.line for row in rows])
        fitting = len(rows) - len(problems)
        return Chunk(table=table, kept=kept, rows=fitting, misfits=sorted(misfits))

    def _cells(self, row: object) -> list[object]:
        if isinstance(row, dict):
            return self._of_object(row)
        layout, wanted = self._wanted.signature.layout, self._wanted
        if wanted.keep:
            raise _OddRowError("the line holds no object, so it has no columns to keep")
        if layout is Layout.SINGLE or _is_one_tensor(wanted.signature):
            return [row]
        if layout is Layout.POSITIONS and isinstance(row, list):
            count = len(wanted.signature.inputs)
            if len(row) != count:
                raise _OddRowError(f"the line has {len(row)} values, the model takes {count}")
            return row
        raise _OddRowError("the line holds no JSON object")

    def _of_object(self, row: dict[str, object]) -> list[object]:
        if self._names is None:
            self._names = self._found(list(row))
        try:
            return [row[name] for name in self._names]
        except KeyError as error:
            raise _OddRowError("the row lacks the column", f"{error.args[0]}") from None

    def _found(self, names: Sequence[str]) -> list[str]:
        where = found(self._wanted, names)
        self.notes.add(where.notes)
        return [names[place] for place in (*where.inputs, *where.kept)]


class _OddRowError(Exception):
    """A line that holds no row."""

    def __init__(self, problem: str, column: str = "") -> None:
        super().__init__(problem)
        self.column = column


def _parsed(text: str) -> object:
    try:
        row: object = json.loads(text.rstrip())
    except json.JSONDecodeError as error:
        raise _OddRowError(f"the line is no JSON: {error.msg} at {error.pos + 1}") from None
    except ValueError as error:
        raise _OddRowError(f"the line cannot be read: {error}") from None
    except RecursionError:
        raise _OddRowError("the line cannot be read: it is nested too deeply") from None
    if "\\u" in text and _has_half_a_pair(row):
        raise _OddRowError("the line holds half a character")
    return row


def _has_half_a_pair(row: object) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_one_tensor(signature: Signature) -> bool:
    return signature.layout is Layout.TENSOR and [c.name for c in signature.inputs] == [""]
