"""Check what only this machine has: files that were never finished, runs listed as open."""

import time
from collections.abc import Iterator
from pathlib import Path

from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.store import liveness
from mltrack.store.atomic import maker_of
from mltrack.store.layout import GITIGNORE

STALE_AFTER_SECONDS = 24 * 60 * 60


def checked(look: Look) -> Iterator[Finding]:
    """Yield what is left over on this machine."""
    for path in _entries(look.store.layout.tmp):
        if path.name != GITIGNORE and is_stale(path):
            yield Finding(
                kind=Kind.TMP_STALE,
                path=f"tmp/{path.name}",
                message="it was never finished, and who wrote it is gone",
                fix=REPAIR,
            )
    for run_id in liveness.open_runs(look.root / "local"):
        if run_id not in look.present and not look.lives(run_id).are_possible:
            yield Finding(
                kind=Kind.OPEN_STALE,
                path=f"local/open/{run_id}",
                subject=run_id,
                message="it is listed as open, and is not here",
                fix=REPAIR,
            )


def is_stale(path: Path) -> bool:
    """Tell whether something in `tmp/` is a day old and its process is gone."""
    try:
        age = time.time() - path.lstat().st_mtime
    except OSError:
        return False
    maker = maker_of(path.name)
    is_wanted = maker is not None and liveness.is_running(maker)
    return age > STALE_AFTER_SECONDS and not is_wanted


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if not folder.is_symlink() else []
    except OSError:
        return []
