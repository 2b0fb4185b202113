"""The data behind parameters: found or fetched, held against its digest, described."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.home import Home
from mltrack.errors import IntegrityError, MltrackError, NotFoundError, UsageError
from mltrack.progress import Progress, silent
from mltrack.projects.spec import DATA, FILE_NAME, Order, Param, ParamType, Value
from mltrack.tracking import notices
from mltrack.tracking.drops import told_by

INPUTS = "inputs"
_NO_DATA: Mapping[str, "Input"] = {}


class Input(NamedTuple):
    """The data of a parameter.

    Attributes:
        path: where it lies.
        told: what the command gets.
        facts: its digest and size.
        keep: whether its bytes are kept with the run.
        address: where it was fetched from; empty: from nowhere.
    """

    path: Path
    told: str
    facts: Mapping[str, object]
    keep: bool = False
    address: str = ""


class Given(NamedTuple):
    """What the command is told for each parameter, and the data behind those that name any."""

    values: Mapping[str, Value]
    data: Mapping[str, Input] = _NO_DATA


def given(order: Order, home: Home, progress: Progress = silent, *, offline: bool = False) -> Given:
    """Find the data that an order names, fetch what is to be fetched, and check what has a digest.

    Raises:
        NotFoundError: data that must be there is not, or could not be fetched.
        IntegrityError: data has another digest than the project says.
        UsageError: an address cannot be fetched.
        StoreWriteError: the cache cannot be written.
    """
    values, data = dict(order.values), {}
    for param, text in _named(order):
        try:
            found = _found(order, param, text, _Means(home, progress, offline))
        except MltrackError as error:
            error.message = f"the parameter {param.name}: {error.message}"
            raise
        if found is not None:
            data[param.name] = found
            values[param.name] = found.told
    return Given(values, data)


class _Means(NamedTuple):
    """What it takes to find data."""

    home: Home
    progress: Progress
    offline: bool


def _named(order: Order) -> Iterator[tuple[Param, str]]:
    """Yield the parameters that name data, each with its path or address."""
    for param in order.spec.params.values():
        value = order.values.get(param.name)
        is_data = param.type in DATA and order.entry.takes(param.name)
        if not is_data or not isinstance(value, str) or not value:
            continue
        if param.sha256 or param.keep or not order.spec.writes_to(value):
            yield param, value


def _found(order: Order, param: Param, text: str, means: _Means) -> Input | None:
    from mltrack.projects.data import address

    scheme = address.scheme_of(text) if param.type is ParamType.URI else ""
    if scheme in address.FETCHED:
        return _fetched(param, text, means)
    if scheme and scheme != "file":
        raise UsageError(
            f"an address {scheme}: cannot be fetched",
            why="a uri is fetched before the command starts: https, http or file",
            fix=f"let the command fetch it: params.{param.name}.type: str in {FILE_NAME}",
        )
    wish = _Wish(param, text, str(address.path_of(text)) if scheme else text, _wanted(param))
    return _local(order, wish, means, must=bool(scheme))


def _fetched(param: Param, text: str, means: _Means) -> Input:
    from mltrack.projects.data.address import address_of
    from mltrack.projects.data.digests import facts_of
    from mltrack.projects.data.fetch import Source, fetched
    from mltrack.tracking.datasets import shown_source

    shown = shown_source(text, Path.cwd())
    source = Source(address_of(text), shown, _wanted(param))
    path = fetched(source, means.home, means.progress, offline=means.offline)
    facts = facts_of(path, means.home, means.progress)
    return Input(path, str(path), facts, param.keep, address=text)


def _wanted(param: Param) -> str:
    return param.sha256.removeprefix("sha256:").lower()


class _Wish(NamedTuple):
    """Data of this machine that a parameter names."""

    param: Param
    source: str
    told: str
    sha256: str


def _local(order: Order, wish: _Wish, means: _Means, *, must: bool) -> Input | None:
    """Return what lies at a path; None where that is nothing, or nothing to be described."""
    from mltrack.projects.data.digests import facts_of

    param, path = wish.param, order.spec.folder.absolute() / wish.told
    must = must or bool(wish.sha256) or param.keep
    if not must and not _is_data(path, order.spec.folder):
        return None
    try:
        facts = facts_of(path, means.home, means.progress)
    except (OSError, MltrackError) as error:
        if must:
            raise _unreadable(path, error) from error
        notices.say(f"the data of the parameter {param.name} is not described: {told_by(error)}")
        return None
    if wish.sha256 and facts["digest"] != wish.sha256:
        raise IntegrityError(
            f"{wish.source} has the sha256 {facts['digest']}",
            why=f"the project wants {wish.sha256}: other data lies there, or the digest is wrong",
            fix=f"bring back the data, or correct params.{param.name}.sha256 in {FILE_NAME}",
        )
    return Input(path, wish.told, facts, param.keep)


def _is_data(path: Path, project: Path) -> bool:
    """Tell whether there is a file or folder; one that holds the project itself is a place."""
    try:
        if path.is_dir():
            return not project.resolve().is_relative_to(path.resolve())
        return path.is_file()
    except (OSError, ValueError):
        return False


def _unreadable(path: Path, error: Exception) -> MltrackError:
    if isinstance(error, MltrackError):
        return error
    fault = getattr(error, "strerror", None) or error
    return NotFoundError(f"{path} cannot be read: {fault}", fix="correct the path or its rights")
