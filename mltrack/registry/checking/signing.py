"""Who signed what, by a list of signers that the branch itself cannot have changed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from mltrack.registry.attestation import Signers, signers_in
from mltrack.registry.checking.branch import Branch
from mltrack.store.git_files import files_at
from mltrack.store.signatures import check_signers
from mltrack.store.store import Store

_SHORT = 10


def who_signed(
    store: Store, top: Path, branch: Branch, signers: Path
) -> tuple[Signers, tuple[str, ...]]:
    """Return who signed each event, and what a reviewer should know of the list.

    A list that the repository holds is taken as the branch has it to which this one goes.

    Raises:
        NotFoundError: there is no such list.
        UsageError: it names nobody, or OpenSSH is not installed.
    """
    here = signers.resolve()
    inside = (
        here.relative_to(top.resolve()).as_posix() if here.is_relative_to(top.resolve()) else ""
    )
    ours = _bytes_at(top, branch.head, inside) if inside else None
    theirs = _bytes_at(top, branch.base, inside) if inside else None
    if ours is None and theirs is None:
        return _signers(store, top, branch, here), ()
    if theirs is None:
        return {}, (f"{inside} is new on this branch, so that nobody's signature counts yet",)
    note = f"{inside} is changed on this branch; it counts as {branch.base[:_SHORT]} has it"
    with TemporaryDirectory() as folder:
        old = Path(folder) / "signers"
        old.write_bytes(theirs)
        return _signers(store, top, branch, old), (note,) if ours != theirs else ()


def _signers(store: Store, top: Path, branch: Branch, signers: Path) -> Signers:
    """Return who signed the events of the models of which the branch says something."""
    if not branch.added:
        check_signers(signers)
        return {}
    return signers_in(store, top, branch.head, signers, folders=sorted(branch.added))


def _bytes_at(top: Path, commit: str, path: str) -> bytes | None:
    return next((file.data for file in files_at(top, commit, path)), None)
