"""Stand for a writer that the disk refused: the training goes on, and what it logs is counted."""

from pathlib import Path

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.store import Store
from mltrack.tracking.writer import Writer


class Nowhere(Writer):
    """Stands for a writer that the disk refused: whatever is written to it is a drop."""

    def __init__(self, store: Store, run_id: str, error: Exception) -> None:
        self.store = store
        self.run_id = run_id
        self.name = MAIN_WRITER
        self.opens = True
        self._error = error
        self._mark = MAIN_WRITER
        self.journal = None
        self._ended = False

    @property
    def is_kept(self) -> bool:
        """Tell that nothing is."""
        return False

    @property
    def folder(self) -> Path:
        """Refuse: there is no folder."""
        raise OSError(f"the run could not be begun: {self._error}")

    @property
    def is_closed(self) -> bool:
        """Tell whether the run has ended."""
        return self._ended

    def append(self, lines: bytes) -> None:
        """Refuse."""
        del lines
        raise OSError(f"the run could not be begun: {self._error}")

    def close(self, *, told: bool = True) -> None:
        """End a run that never was."""
        del told
        self._ended = True

    def abandon(self) -> None:
        """Stay as it is: a child process has nothing to write to either."""
