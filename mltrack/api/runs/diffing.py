"""How two runs differ file by file: the code that really ran, the environment, the artifacts."""

import difflib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

from mltrack.api.runs.runs import select_runs
from mltrack.errors import MltrackError, UsageError
from mltrack.projects.again.difference import CodeDifference, code_difference
from mltrack.query.comparing import Difference, compared

if TYPE_CHECKING:
    from mltrack.api.runs.run import Run
    from mltrack.store.manifest import Entry

MAX_TEXT_BYTES = 256 * 1024
_MAX_LINES = 10_000
_TWO = 2


class FileDifference(NamedTuple):
    """A file that two runs have not alike.

    Attributes:
        path: where it lies among the files of a run.
        before: its size in bytes in the first run; None where that has none.
        after: the same of the second.
        text: the difference as a unified diff; empty where one is missing, or is no small text.
    """

    path: str
    before: int | None
    after: int | None
    text: str = ""


class RunDifference(NamedTuple):
    """How two runs differ.

    Attributes:
        runs: the two.
        code: how the code differs.
        environment: facts of the environment and packages that differ.
        untracked: files beside the code that git did not track, by their digests.
        artifacts: files that were logged.
        unknown: a line for whatever could not be compared.
    """

    runs: "tuple[Run, Run]"
    code: CodeDifference
    environment: tuple[Difference, ...]
    untracked: tuple[FileDifference, ...]
    artifacts: tuple[FileDifference, ...]
    unknown: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Tell whether anything differs, or could not be compared."""
        return bool(
            self.code.changes
            or self.environment
            or self.untracked
            or self.artifacts
            or self.unknown
        )


def diff_runs(texts: Sequence[str], *, paths: Sequence[str] = ()) -> RunDifference:
    """Return how two runs differ, from what is on this machine: nothing is fetched.

    Args:
        texts: selectors of the two, such as `1` and `@max:acc`.
        paths: only code and files of these names, or below these folders; then no environment.

    Raises:
        UsageError: they are not two.
        NotFoundError: no run matches.
    """
    runs = select_runs(texts)
    if len(runs) != _TWO:
        raise UsageError("diff needs two runs", fix="mltrack diff 2 1")
    first, second = runs
    unknown: list[str] = []
    try:
        code = code_difference(first.store, first.record, second.record, paths)
    except MltrackError as error:
        code = CodeDifference()
        unknown.append(error.message)
    lines = [] if paths else compared([run.to_json() for run in runs])
    untracked = _files(_untracked(first), _untracked(second), paths)
    return RunDifference(
        runs=(first, second),
        code=code,
        environment=tuple(d for d in lines if d.group in {"environment", "packages"}),
        untracked=tuple(untracked),
        artifacts=tuple(_artifacts(first, second, paths)),
        unknown=tuple(unknown),
    )


class _File(NamedTuple):
    sha256: str
    size: int


def _untracked(run: "Run") -> dict[str, _File]:
    listed = run.record.code.get("untracked")
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    return {
        str(e.get("path")): _File(str(e.get("sha256")), _size_of(e.get("size"))) for e in entries
    }


def _size_of(value: object) -> int:
    return value if isinstance(value, int) else 0


def _artifacts(first: "Run", second: "Run", paths: Sequence[str]) -> Iterator[FileDifference]:
    before, after = ({e.path: e for e in run.artifacts} for run in (first, second))
    found = _files(
        {path: _File(e.sha256, e.size) for path, e in before.items()},
        {path: _File(e.sha256, e.size) for path, e in after.items()},
        paths,
    )
    for file in found:
        if file.before is None or file.after is None:
            yield file
        else:
            texts = _text(first, before[file.path]), _text(second, after[file.path])
            yield file._replace(text=_unified(file.path, *texts))


def _files(
    before: dict[str, _File], after: dict[str, _File], paths: Sequence[str]
) -> list[FileDifference]:
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        is_same = old is not None and new is not None and old.sha256 == new.sha256
        if not is_same and _is_meant(path, paths):
            found.append(FileDifference(path, old and old.size, new and new.size))
    return found


def _is_meant(path: str, paths: Sequence[str]) -> bool:
    wanted = [one.removeprefix("artifacts/").rstrip("/") for one in paths]
    return not wanted or any(
        path == one or path.startswith(f"{one}/") or fnmatch(path, one) for one in wanted
    )


def _text(run: "Run", entry: "Entry") -> list[str] | None:
    """Return the lines of a file; None where it is large, no text, or not on this machine."""
    if entry.size > MAX_TEXT_BYTES:
        return None
    try:
        data = run.artifact_path(entry.path).read_bytes()
        lines = data.decode("utf-8").splitlines()
    except (MltrackError, OSError, UnicodeDecodeError):
        return None
    return None if b"\0" in data or len(lines) > _MAX_LINES else lines


def _unified(path: str, before: list[str] | None, after: list[str] | None) -> str:
    if before is None or after is None:
        return ""
    names = f"a/artifacts/{path}", f"b/artifacts/{path}"
    return "\n".join(difflib.unified_diff(before, after, *names, lineterm=""))
