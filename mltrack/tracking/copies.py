"""Put rows back in their place that a writer had to copy from another's journal.

A writer whose journal was taken away goes on as a new one. The new journal's first row says
`"copies": {"main": 12}`: its next twelve rows are the whole journal of `main`, byte for byte. Read
so, no row is lost when the old journal is gone, and none counts twice when it comes back.
"""

from collections.abc import Sequence

from mltrack.store.ids import WRITER
from mltrack.tracking.fold import Journal
from mltrack.tracking.rows import Joined, part


def put_back(journals: Sequence[Journal]) -> list[Journal]:
    """Return journals in which every copied row stands under the writer that wrote it."""
    found: dict[str, Journal] = {}
    waiting = list(journals)
    while waiting:
        own, copied = _parted(waiting.pop())
        found[own.writer] = _fuller(own, found.get(own.writer))
        if copied is not None:
            waiting.append(copied)
    return [found[name] for name in sorted(found)]


def _parted(journal: Journal) -> tuple[Journal, Journal | None]:
    """Return a journal with blanks for the rows that it copied, and the journal of those rows."""
    head = next(iter(journal.rows), None)
    copies = head.get("copies") if head else None
    if not isinstance(copies, dict) or len(copies) != 1:
        return journal, None
    ((writer, count),) = copies.items()
    rows = journal.rows
    known = isinstance(count, int) and 0 < count < len(rows) and WRITER.match(str(writer))
    if not known or writer == journal.writer:
        return journal, None
    rest = part(rows, count + 1, len(rows))
    blank = Joined([head], [{}] * count, rest)
    return Journal(journal.writer, blank), Journal(str(writer), part(rows, 1, count + 1))


def _fuller(one: Journal, other: Journal | None) -> Journal:
    """Return the one of two journals of a writer that holds more, always the same.

    Of two with as many rows it is the one with more good ones; else the first row in which they
    differ tells, by its text.
    """
    if other is None:
        return one
    if len(one.rows) != len(other.rows):
        return max(one, other, key=lambda journal: len(journal.rows))
    good, differ = 0, None
    for pair in zip(one.rows, other.rows, strict=True):
        good += (pair[0] is not None) - (pair[1] is not None)
        texts = (repr(pair[0]), repr(pair[1]))
        if differ is None and texts[0] != texts[1]:
            differ = texts
    is_less = good < 0 or (good == 0 and differ is not None and differ[0] < differ[1])
    return other if is_less else one
