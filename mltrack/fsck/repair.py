"""Mend what can be mended, set aside what cannot, and say of each thing what was done."""

from collections.abc import Callable, Iterable, Sequence

from mltrack.errors import MltrackError
from mltrack.fsck import mending
from mltrack.fsck.check import check
from mltrack.fsck.entities import Action, Finding, Repair
from mltrack.fsck.kinds import Kind
from mltrack.fsck.mender import CannotMendError, Mender
from mltrack.fsck.places import place_of
from mltrack.progress import Share, nobody
from mltrack.registry import index
from mltrack.store import liveness
from mltrack.store.layout import CONFIG, GITIGNORE
from mltrack.store.store import Store
from mltrack.tracking.ending import settle

_ROUNDS = 4
"""What is mended may show what it hid: a list of files, say, those that are gone."""

_IN_THE_WAY = frozenset({Kind.STRANGE_FILE, Kind.SYMLINK})

Recipe = Callable[[Mender, Finding], str]


def repair(
    store: Store,
    only: Iterable[str] = (),
    *,
    dry_run: bool = False,
    progress: Share = nobody,
) -> Repair:
    """Mend a store, and return what was done and what is left.

    Nothing that somebody logged is ever deleted: it is brought back, or moved to quarantine.

    Args:
        store: the store.
        only: ids of runs; with some, only these are mended.
        dry_run: say what would be done, and do nothing.
        progress: is told how far the looking has come.

    Raises:
        ConflictError: the store's format is newer than this mltrack writes.
        IntegrityError: its config.yaml cannot be understood, and git has no other.
        StoreWriteError: the store cannot be written to.
    """
    wanted = frozenset(only)
    actions: list[Action] = []
    tried: set[Finding] = set()
    left = check(store, wanted, progress=progress)
    for _ in range(_ROUNDS):
        due = [f for f in left.findings if f.is_repairable and f not in tried]
        if not due:
            break
        tried.update(due)
        actions += _mended(store, due, dry_run=dry_run)
        if dry_run:
            break
        left = check(Store(store.root), wanted, progress=progress)
    return Repair(actions=tuple(actions), left=left)


def _mended(store: Store, due: Sequence[Finding], *, dry_run: bool) -> list[Action]:
    """Mend what was found: first what any write would stumble over, then config.yaml."""
    strange = [finding for finding in due if finding.kind in _IN_THE_WAY]
    config = [f for f in due if f.path == CONFIG and f not in strange]
    rest = [f for f in due if f not in strange and f not in config]
    mender = Mender(store, dry_run=dry_run)
    actions = [_done(mender, finding) for finding in (*strange, *config)]
    if not dry_run:
        mender = Mender(Store(store.root), dry_run=False)
        mender.store.prepare()
    return actions + [_done(mender, finding) for finding in rest]


def _done(mender: Mender, finding: Finding) -> Action:
    try:
        _refuse_live(mender, finding)
        return Action(finding=finding, words=_RECIPES[finding.kind](mender, finding), done=True)
    except CannotMendError as error:
        return Action(finding=finding, words=f"cannot be mended: {error}", done=False)
    except MltrackError as error:
        return Action(finding=finding, words=f"cannot be mended: {error.message}", done=False)
    except OSError as error:
        said = error.strerror or str(error)
        return Action(finding=finding, words=f"cannot be mended: {said}", done=False)


def _refuse_live(mender: Mender, finding: Finding) -> None:
    place = place_of(finding.path)
    if place and place.writer and mender.lives(place.owner).are_possible:
        raise CannotMendError("somebody may be writing this run now")


def _set_aside(mender: Mender, finding: Finding) -> str:
    return mender.set_aside(finding.path)


def _remove(mender: Mender, finding: Finding) -> str:
    mender.remove(finding.path)
    return "removed"


def _settle(mender: Mender, finding: Finding) -> str:
    """Let git see a run whose writers are gone, marked lost where nobody has ended it."""
    if not mender.is_dry:
        settle(mender.store, finding.subject)
        _forget(mender, finding)
    return "marked lost" if finding.kind is Kind.RUN_LOST else "listed as open no more"


def _forget(mender: Mender, finding: Finding) -> None:
    local = mender.store.root / "local"
    marks = liveness.marks_in(local / finding.subject)
    if liveness.not_gone(marks):
        return
    for writer in marks:
        liveness.remove_mark(local / finding.subject, writer)
    liveness.forget_open(local, finding.subject)


def _hide(_mender: Mender, finding: Finding) -> str:
    """Say what every write does before all else, and so this repair has done."""
    return f"{finding.path.removesuffix(f'/{GITIGNORE}')} is hidden from git again"


def _write_top(mender: Mender, finding: Finding) -> str:
    words = mender.set_aside(finding.path)
    if not mender.is_dry:
        Store.create(mender.store.root)
    return f"written anew; the old one was {words}"


def _write_index(mender: Mender, _finding: Finding) -> str:
    if not mender.is_dry:
        index.write(mender.store)
    return "written anew from the events"


_RECIPES: dict[Kind, Recipe] = {
    **dict.fromkeys(
        (
            Kind.ARTIFACT_CHANGED,
            Kind.ARTIFACT_MISSING,
            Kind.CONFIG_BROKEN,
            Kind.CONFLICT_MARKERS,
            Kind.EVENT_CHANGED,
            Kind.JOURNAL_SHORT,
            Kind.MANIFEST_BROKEN,
            Kind.PACKAGES_BROKEN,
            Kind.PATCH_CHANGED,
            Kind.RUN_BROKEN,
            Kind.RUN_CHANGED,
            Kind.RUN_FILE_CHANGED,
            Kind.SUMMARY_DIFFERS,
        ),
        mending.mend,
    ),
    **dict.fromkeys((Kind.CHANGED_AFTER_COMMIT, Kind.DELETED_AFTER_COMMIT), mending.committed),
    **dict.fromkeys(
        (Kind.EVENT_MALFORMED, Kind.OBJECT_DAMAGED, Kind.STRANGE_FILE, Kind.SYMLINK), _set_aside
    ),
    **dict.fromkeys((Kind.GITIGNORE_COMMITTED, Kind.GITIGNORE_STALE, Kind.TMP_STALE), _remove),
    **dict.fromkeys((Kind.OPEN_STALE, Kind.RUN_LOST), _settle),
    Kind.EVENT_RENAMED: mending.give_name_back,
    Kind.HIDDEN_FOLDER_OPEN: _hide,
    Kind.INDEX_STALE: _write_index,
    Kind.TOP_FILE_CHANGED: _write_top,
}


def recipes() -> frozenset[Kind]:
    """Return the kinds for which there is a repair."""
    return frozenset(_RECIPES)
