"""Go on as a new writer when git, or somebody, took the journal away under a live run."""

from mltrack.store.atomic import built_folder, write_file
from mltrack.store.journal_reader import rows_of
from mltrack.store.layout import RUN
from mltrack.tracking.fold import Journal, first_seen
from mltrack.tracking.starting import Made
from mltrack.tracking.writer import Copied, Writer


def rehomed(old: Writer, made: Made | None) -> Writer:
    """Return a new writer whose journal begins with all that `old` wrote, and leave `old`.

    It has seen what `old` had, and `old` itself: whoever works beside it goes on to do so.

    Args:
        old: the writer whose journal was unlinked or replaced.
        made: what the creator knows of the run; its folder is made again where it is gone.

    Raises:
        StoreWriteError: the disk refused; `old` is as it was.
        OSError: the disk refused.
    """
    if made is not None:
        _make_again(old, made)
    lines = old.content()
    lines += b"" if lines.endswith(b"\n") else b"\n"
    rows = list(rows_of(lines.split(b"\n")))
    copied = Copied(old.name, lines, len(rows))
    seen = first_seen(Journal(old.name, rows))
    new = Writer.join(
        old.store, old.run_id, seen, opens=old.opens, copied=copied if copied.rows else None
    )
    old.close()
    return new


def _make_again(old: Writer, made: Made) -> None:
    """Put run.yaml back, and the files beside it where the whole folder is gone."""
    tmp, folder = old.store.layout.tmp, old.store.layout.run_folder(old.run_id)
    if not folder.exists():
        with built_folder(folder, tmp=tmp) as building:
            made.write_into(building)
    elif not (folder / RUN).exists():
        write_file(folder / RUN, made.record, tmp=tmp)
