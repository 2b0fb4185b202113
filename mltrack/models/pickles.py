"""Pickle a model so that the same model gives the same bytes, wherever and whenever it is saved.

cloudpickle decides how things are taken apart; the standard library's Python pickler writes, for
its memo can be steered. Made canonical: equal texts are one object (else interning decides), sets
of plain values are sorted (else the hash seed decides), and functions and classes that travel by
value lose their file's path, their random class id and what pickling itself left on them.
"""

import contextlib
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, BinaryIO

from mltrack.errors import MltrackError, UsageError
from mltrack.store.borrowed import borrow

PROTOCOL = 5
_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
_ALREADY_CANONICAL = _PLAIN | {list, dict, tuple, bytearray}
_PLAIN_DTYPES = "biufcSUMmO"
_SOURCE_NAME = "<model>"
_LEFT_BY_PICKLING = ("__slotnames__",)
_PATHS = ("__file__", "__path__")


def dump(model: object, path: Path, *, omit: frozenset[str] = frozenset()) -> None:
    """Write a model to a new file.

    Args:
        model: any object.
        path: the file, which must not exist.
        omit: attributes to leave out of every object, since they hold an address in memory.

    Raises:
        UsageError: some part of it cannot be pickled.
    """
    with path.open("xb") as file, explained(model):
        Pickler(file, omit=omit).dump(model)


@contextlib.contextmanager
def explained(model: object) -> Iterator[None]:
    """Say in words that some part of a model cannot be pickled."""
    try:
        yield
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"the {type(model).__name__} cannot be saved: {error}",
            why="it holds something that cannot be pickled, such as an open file or a lock",
            fix="remove that part from the model before saving it",
        ) from error


class Pickler(pickle._Pickler):  # noqa: SLF001 - the only pickler that lets the memo be steered
    """A pickler whose bytes depend on the model alone."""

    def __init__(
        self, file: BinaryIO, protocol: int = PROTOCOL, *, omit: frozenset[str] = frozenset()
    ) -> None:
        del protocol  # torch asks for its own
        super().__init__(file, protocol=PROTOCOL)
        cloud = borrow("cloudpickle").Pickler(io.BytesIO(), protocol=PROTOCOL)
        self.dispatch_table = cloud.dispatch_table
        self._cloud = cloud
        self._omit = omit
        self._texts: dict[str, str] = {}
        self._dtypes: dict[str, Any] = {}
        self._dtype: Any = _dtype_kind()

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:  # noqa: ANN401, FBT001, FBT002
        """Write one object; equal texts are one, and plain dtypes are."""
        if type(obj) is str:
            obj = self._texts.setdefault(obj, obj)
        elif isinstance(obj, self._dtype) and obj.kind in _PLAIN_DTYPES and not obj.metadata:
            obj = self._dtypes.setdefault(obj.str, obj)
        super().save(obj, save_persistent_id)  # type: ignore[misc]  # typeshed leaves it out

    def reducer_override(self, obj: Any) -> Any:  # noqa: ANN401 - pickle's own protocol
        """Return how an object is taken apart, or NotImplemented for pickle's own way."""
        kind = type(obj)
        if kind in _ALREADY_CANONICAL:
            return NotImplemented
        if kind is CodeType:
            return self.dispatch_table[CodeType](obj.replace(co_filename=_SOURCE_NAME))
        if kind in _REDUCED_HERE:
            return _REDUCED_HERE[kind](obj)
        reduced = self._cloud.reducer_override(obj)
        if reduced is NotImplemented:
            return self._without_addresses(obj)
        return _without_paths(reduced) if kind is FunctionType else _without_traces(reduced)

    def _without_addresses(self, obj: Any) -> Any:  # noqa: ANN401 - any object
        if self._omit.isdisjoint(getattr(obj, "__dict__", ())):
            return NotImplemented
        make, made_of, state, *rest = obj.__reduce_ex__(PROTOCOL)
        return make, made_of, {k: v for k, v in state.items() if k not in self._omit}, *rest


def _dtype_kind() -> type | tuple[()]:
    """Return numpy's dtype where numpy is in use: a loaded model has copies, a new one does not."""
    numpy = sys.modules.get("numpy")
    return numpy.dtype if numpy else ()


def _sorted_set(items: set[Any] | frozenset[Any]) -> Any:  # noqa: ANN401 - pickle's own protocol
    """Take a set of plain values apart in order; in others the hash seed decides, as always."""
    if not all(type(item) in _PLAIN for item in items):
        return NotImplemented
    return type(items), (sorted(items, key=_rank),)


def _in_band(buffer: pickle.PickleBuffer) -> tuple[Any, ...]:
    """Take the buffer of an array apart; pickle's own way fails on empty ones before 3.12."""
    memory = buffer.raw()
    return (bytes if memory.readonly else bytearray), (memory.tobytes(),)


_REDUCED_HERE: dict[type, Callable[[Any], Any]] = {
    frozenset: _sorted_set,
    pickle.PickleBuffer: _in_band,
    set: _sorted_set,
}


def _rank(item: object) -> tuple[str, str]:
    return type(item).__name__, repr(item)


def _without_paths(reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """Drop the paths from the globals of a function: (make, (code, globals, ...), state, ...)."""
    for key in _PATHS:
        reduced[1][1].pop(key, None)
    return reduced


def _without_traces(reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """Drop the random id of a class: (make, (..., id, extra), (its dict, slots), ...)."""
    make, made_of, *rest = reduced
    if len(made_of) < 2 or len(rest) < 1 or not isinstance(rest[0], tuple):  # noqa: PLR2004
        return reduced
    for key in _LEFT_BY_PICKLING:
        rest[0][0].pop(key, None)
    return (make, (*made_of[:-2], None, made_of[-1]), *rest)


def load(data: bytes, where: str) -> object:
    """Return the object that a pickle holds. This runs whatever code the pickle says.

    Raises:
        MltrackError: what it was made with is not what is installed here.
    """
    try:
        return pickle.loads(data)  # noqa: S301 - the caller has checked digest and trust
    except ModuleNotFoundError as error:
        raise MltrackError(
            f"{where} needs the module {error.name}, which is not installed here",
            fix="install what the model's requirements.txt lists: pip install -r requirements.txt",
        ) from error
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError) as error:
        raise MltrackError(
            f"{where} cannot be rebuilt here: {error}",
            why="the installed versions differ from those that the model was saved with",
            fix="install what the model's requirements.txt lists: pip install -r requirements.txt",
        ) from error
