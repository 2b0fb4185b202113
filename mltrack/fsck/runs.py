"""Check one run: its record, its writers' folders, and whether it is seen by git as it should."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.fsck import artifacts, covered, journals
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind, Severity
from mltrack.fsck.look import Lives, Look
from mltrack.fsck.markers import broken
from mltrack.fsck.patches import patch_fault
from mltrack.fsck.places import Place, Role
from mltrack.fsck.tree import Found
from mltrack.store.git import GitError
from mltrack.store.ids import MAIN_WRITER, handle_of
from mltrack.store.layout import MANIFEST, PATCH, RUN
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import codec
from mltrack.tracking.entities import RunRecord

_PACKAGE = re.compile(r"[^\s=@]+(==| @ )\S.*\Z")


class Placed(NamedTuple):
    """A plain file of a run, and what it is."""

    found: Found
    place: Place


class _Run(NamedTuple):
    """A run that is being looked at; the record is None where it cannot be read."""

    id: str
    files: Sequence[Placed]
    lives: Lives
    record: RunRecord | None

    def of(self, *roles: Role) -> list[Placed]:
        return [file for file in self.files if file.place.role in roles]

    def finding(self, kind: Kind, path: str, message: str, fix: str = "") -> Finding:
        return Finding(kind=kind, path=path, subject=self.id, message=message, fix=fix)


def checked(look: Look, run_id: str, files: Sequence[Placed]) -> list[Finding]:
    """Return what is wrong with a run, given all plain files of its folders.

    What seems damaged is looked at twice: a run may end while it is looked at.
    """
    findings = list(_checked(look, run_id, files))
    return list(_checked(look, run_id, files)) if findings else []


def _checked(look: Look, run_id: str, files: Sequence[Placed]) -> Iterator[Finding]:
    lives = look.lives(run_id)
    record, findings = _record(look, run_id, files, lives)
    run = _Run(run_id, files, lives, record)
    yield from findings
    changed = list(_covered(look, run))
    paths = frozenset(finding.path for finding in changed)
    said = [*_journals(look, run), *_folders(look, run, paths), *_packages(look, run)]
    said += _patch(look, run)
    bad = {finding.path for finding in said if finding.severity is Severity.DAMAGE}
    yield from (finding for finding in changed if finding.path not in bad)
    yield from (f for f in said if not (f.kind is Kind.SUMMARY_DIFFERS and _is_cause(paths, run)))
    yield from _parent(look, run)
    if not paths & {file.found.path for file in run.of(Role.MANIFEST)}:
        yield from _large_params(look, run)


def _record(
    look: Look, run_id: str, files: Sequence[Placed], lives: Lives
) -> tuple[RunRecord | None, list[Finding]]:
    path = next((f.found.path for f in files if f.place.role is Role.RECORD), None)
    run = _Run(run_id, files, lives, None)
    if path is None:
        if lives.are_possible or run_id in look.runs:  # else it is a link, told of by itself
            return None, []
        folder = next((f.place.folder for f in files), "")
        missing = look.store.layout.run_folder(run_id) / RUN
        fix = f"git log --all -- {missing.relative_to(look.store.project)}"
        return None, [run.finding(Kind.RUN_FRAGMENT, folder, f"it has no {RUN}", fix)]
    try:
        data = read_bytes(look.root / path)
    except MltrackError as error:
        return None, [journals.unreadable(path, run_id, error)]
    try:
        record = record_of(data, path, run_id)
    except IntegrityError as error:
        return None, [fault_of(data, path, run_id, error)]
    if is_changed(record):
        return record, [change_of(path, run_id)]
    newer = [run.finding(Kind.NEWER_FORMAT, path, line) for line in record.warnings]
    return record, newer


def is_changed(record: RunRecord) -> bool:
    """Tell whether a record is not what was written."""
    return codec.CHANGED in record.warnings


def change_of(path: str, run_id: str) -> Finding:
    """Return the finding of a record that is not what was written."""
    message = "its digest says that it was changed after it was written"
    return Finding(kind=Kind.RUN_CHANGED, path=path, subject=run_id, message=message, fix=REPAIR)


def record_of(data: bytes, path: str, run_id: str) -> RunRecord:
    """Return the record in the bytes of a run.yaml, which must be of this run.

    Raises:
        IntegrityError: they cannot be understood, or are of another run.
    """
    record = codec.decode(data, path)
    if record.id != run_id:
        raise IntegrityError(f"it is the record of another run, {record.id}")
    return record


def fault_of(data: bytes, path: str, run_id: str, error: IntegrityError) -> Finding:
    """Return what is wrong with a run.yaml that cannot be understood."""
    message = error.message.removeprefix(f"{path} ").removeprefix(f"{path}:")
    return broken(Kind.RUN_BROKEN, data, path=path, subject=run_id, message=message)


def _covered(look: Look, run: _Run) -> Iterator[Finding]:
    """Yield the creator's texts that are not what the record knows, if it can be relied on."""
    record = run.record
    if record is None or is_changed(record) or run.lives.are_possible:
        return
    folder = next(f.place.folder for f in run.of(Role.RECORD))
    here = [f.found.path for f in run.files if f.place.folder == folder]
    names = frozenset(path.removeprefix(f"{folder}/") for path in here)
    yield from covered.checked(look.root, record, covered.Folder(folder, names))


def _is_cause(changed: frozenset[str], run: _Run) -> bool:
    """Tell whether record and journals disagree because one of them was changed."""
    journals_changed = any(file.found.path in changed for file in run.of(Role.JOURNAL))
    return journals_changed or (run.record is not None and is_changed(run.record))


def _journals(look: Look, run: _Run) -> Iterator[Finding]:
    found: list[journals.Read] = []
    for file in run.of(Role.JOURNAL):
        try:
            found.append(journals.read(look.root, file.found.path, file.place.writer))
        except FileNotFoundError:
            continue
        except OSError as error:
            yield journals.unreadable(file.found.path, run.id, error)
            return
    said = journals.folded(found)
    for journal in found:
        yield from journals.torn_rows(run.id, journal, is_live=run.lives.are_possible)
        counted = run.record.seen.get(journal.writer, 0) if run.record else 0
        yield from journals.emptied(run.id, journal, counted=counted)
    in_conflict = any(journal.is_in_conflict for journal in found)
    record_path = next((f.found.path for f in run.of(Role.RECORD)), "")
    settled = not run.lives.are_possible and not in_conflict
    if run.record and run.record.status != "running" and settled:
        paths = {journal.writer: journal.path for journal in found}
        yield from journals.against_record(run.record, record_path, paths, said)
    yield from _hiding(look, run, ended=journals.has_ended(run.record, said))


def _hiding(look: Look, run: _Run, *, ended: bool) -> Iterator[Finding]:
    """Yield whether a run that nobody writes is marked as one, and is seen by git."""
    lost = run.lives.are_gone and run.lives.opened and not ended
    folder = next((f.place.folder for f in run.files), "")
    if lost:
        yield run.finding(Kind.RUN_LOST, folder, "its process is gone, and it has no end", REPAIR)
    elif run.lives.are_gone:
        message = "its writers are gone, and this machine lists it as open"
        yield run.finding(Kind.OPEN_STALE, f"local/{run.id}", message, REPAIR)
    hiding = run.of(Role.HIDES_RUN)
    if run.record and not (ended or hiding or run.lives.found):
        message = "git sees it as running, and nobody here knows who writes it"
        finish = f"mltrack finish {handle_of(run.id)} --as lost"
        yield run.finding(Kind.RUN_RUNNING, folder, message, finish)
    committed = _committed_hiding(look)
    for file in hiding:
        path = file.found.path
        if path in committed:
            name = look.root.name
            how = f"git rm --cached {name}/{path}" if run.lives.are_possible else REPAIR
            yield run.finding(Kind.GITIGNORE_COMMITTED, path, "git has this file", how)
        elif not run.lives.found:
            finish = f"mltrack finish {handle_of(run.id)} --as lost"
            message = "it hides a run that nobody writes"
            yield run.finding(Kind.GITIGNORE_STALE, path, message, REPAIR if ended else finish)


def _committed_hiding(look: Look) -> frozenset[str]:
    try:
        return look.git.hiding if look.git else frozenset()
    except GitError:
        return frozenset()


def _folders(look: Look, run: _Run, changed: frozenset[str]) -> Iterator[Finding]:
    folders = dict.fromkeys(file.place.folder for file in run.of(Role.MANIFEST, Role.ARTIFACT))
    for path in folders:
        here = [file for file in run.files if file.place.folder == path]
        folder = artifacts.Folder(
            path=path,
            subject=run.id,
            manifest=any(file.place.role is Role.MANIFEST for file in here),
            files={f.place.inner: f.found for f in here if f.place.role is Role.ARTIFACT},
            is_live=run.lives.are_possible,
        )
        if f"{path}/{MANIFEST}" in changed:  # what it says of the files is worth nothing
            yield from artifacts.manifest_faults(look.root, folder) if folder.manifest else ()
        else:
            yield from artifacts.checked(look, folder)


def _packages(look: Look, run: _Run) -> Iterator[Finding]:
    for file in run.of(Role.PACKAGES):
        try:
            data = read_bytes(look.root / file.found.path)
        except MltrackError as error:
            yield journals.unreadable(file.found.path, run.id, error)
            continue
        if fault := packages_fault(data):
            path = file.found.path
            yield broken(Kind.PACKAGES_BROKEN, data, path=path, subject=run.id, message=fault)


def packages_fault(data: bytes) -> str:
    """Return what is wrong with the bytes of an environment.txt; empty when nothing is."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        return "it is not UTF-8"
    if not data:
        return "it is empty"
    if lines.pop():
        return "its last line does not end"
    for number, line in enumerate(lines, 1):
        if not _PACKAGE.match(line.rstrip("\r")) or not line.rstrip("\r").isprintable():
            return f"line {number} names no package and version"
    return ""


def _patch(look: Look, run: _Run) -> Iterator[Finding]:
    expected = run.record.code.get("patch") if run.record else None
    if not isinstance(expected, str) or run.record is None:
        return
    found = next((f.found for f in run.of(Role.PATCH)), None)
    main = next(f.place.folder for f in run.files if f.place.writer == MAIN_WRITER)
    path = found.path if found else f"{main}/{PATCH}"
    fault = patch_fault(look.root / path, expected) if found else "it is gone"
    if fault:
        yield run.finding(Kind.PATCH_CHANGED, path, fault, REPAIR)


def _parent(look: Look, run: _Run) -> Iterator[Finding]:
    parent = run.record.parent if run.record else None
    if parent and parent not in look.runs:
        path = next((f.found.path for f in run.of(Role.RECORD)), "")
        yield run.finding(Kind.PARENT_MISSING, path, f"its parent {parent} is not here")


def _large_params(look: Look, run: _Run) -> Iterator[Finding]:
    """Yield the parameters whose text is an artifact that no manifest of the run lists."""
    params = run.record.params.items() if run.record else ()
    wanted = {name: value for name, value in params if _is_stand_in(value)}
    if not wanted or run.lives.are_possible:
        return
    folders = dict.fromkeys(file.place.folder for file in run.of(Role.MANIFEST))
    listed = {(e.path, e.sha256) for _, e in artifacts.entries_in(look.root, folders)}
    path = next((f.found.path for f in run.of(Role.RECORD)), "")
    for name, value in wanted.items():
        if (value["artifact"], value["sha256"]) not in listed:
            message = f"the text of the parameter {name!r}, {value['artifact']!r}, is not listed"
            yield run.finding(Kind.ARTIFACT_MISSING, path, message)


def _is_stand_in(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"artifact", "sha256", "size"}
