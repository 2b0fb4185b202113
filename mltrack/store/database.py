"""A cache that is an SQLite database, opened wherever one can be written: damage costs time only.

Its truth is elsewhere. So a database that is damaged, or is not what we would have made, is made
anew; where the store's own folder takes none, the user's cache does, and else the memory.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from mltrack.errors import IntegrityError, MltrackError
from mltrack.store.folders import cache_folder
from mltrack.store.layout import refuse_links
from mltrack.store.store import hidden_folder

LOCK_SECONDS = 10.0
_IN_MEMORY = ":memory:"
_BIRTH = "CREATE TABLE birth(mark TEXT)"
_BESIDE = ("-journal", "-wal", "-shm")
Answer = TypeVar("Answer")


class Schema(NamedTuple):
    """What a database must hold, to the letter: anything else in it was made by somebody else."""

    name: str
    statements: tuple[str, ...]


class DamagedError(Exception):
    """A row does not hold what was put there."""


class _UnusableError(Exception):
    """No database can be opened for writing in this place."""


_DAMAGE = (
    *(DamagedError, sqlite3.IntegrityError, sqlite3.InternalError),
    *(TypeError, ValueError, KeyError, IndexError, AttributeError),
)
"""What comes of a database that holds anything: no mistake of the caller's gets so far."""
_UNREADABLE = "decode"
"""Stands in the error of a text that is none."""


def _is_damage(error: Exception) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return _UNREADABLE in str(error)
    return type(error) is sqlite3.DatabaseError or isinstance(error, _DAMAGE)


def consulted(root: Path, schema: Schema, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """Return what `act` answers from the database of the store at `root`.

    Args:
        root: the store.
        schema: what the database is called, and what it holds.
        act: is called again with another database where one fails, or holds what nobody can read;
            it begins and ends its own transactions.
    """
    for place in _places(root, f"{schema.name}.sqlite"):
        for last in (False, True):
            try:
                with contextlib.closing(_opened(place, schema)) as connection:
                    return act(connection)
            except MltrackError:
                raise
            except Exception as error:
                if last or not _is_damage(error):
                    if isinstance(error, (_UnusableError, sqlite3.DatabaseError)):
                        break  # it is locked, cannot be written, or comes out damaged again
                    raise
                _remove(place)
    with contextlib.closing(_connected(_IN_MEMORY, schema)) as connection:
        return act(connection)


def _places(root: Path, name: str) -> Iterator[Path]:
    yield root / "cache" / name
    import hashlib

    digest = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:20]
    yield cache_folder() / "stores" / digest / name


def _opened(path: Path, schema: Schema) -> sqlite3.Connection:
    try:
        _make_ready(path)
        mark = _born_at(path)
    except (OSError, MltrackError) as error:
        raise _UnusableError from error
    return _connected(str(path), schema, mark)


def _born_at(path: Path) -> str:
    """Return what tells a database that was made here from one that was brought along.

    Whoever writes one on another machine, and has git or tar carry it here, cannot know these.
    """
    return "-".join(f"{part.stat().st_ino}" for part in (path, path.parent, path.parents[1]))


def _make_ready(path: Path) -> None:
    """Make sure that a file which can be written is there, with the mode that the user wants.

    Raises:
        OSError, MltrackError: it is not.
    """
    folder = path.parent
    if folder.name == "cache":
        hidden_folder(folder)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (f"{path.name}{suffix}" for suffix in _BESIDE):
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(path.with_name(name).lstat().st_mode):
                raise IntegrityError(f"{path.with_name(name)} is no file")
    try:
        mode = refuse_links(path).lstat().st_mode
    except FileNotFoundError:  # a file that is there is never opened here: that would end its locks
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
        return
    if not stat.S_ISREG(mode) or not os.access(path, os.W_OK) or not os.access(folder, os.W_OK):
        raise IntegrityError(f"{path} cannot be written")


def _connected(name: str, schema: Schema, mark: str = "") -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        for pragma in ("trusted_schema=OFF", "journal_mode=TRUNCATE", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        _require(connection, schema, mark)
    except BaseException:
        connection.close()
        raise
    return connection


def _require(connection: sqlite3.Connection, schema: Schema, mark: str) -> None:
    """Make the tables where there are none.

    Raises:
        DamagedError: there are others, or they were made elsewhere.
    """
    wanted = (_BIRTH, *schema.statements)
    found = _statements(connection)
    if not found:
        connection.execute("BEGIN IMMEDIATE")
        found = _statements(connection)
        if not found:
            for statement in wanted:
                connection.execute(statement)
            connection.execute("INSERT INTO birth VALUES(?)", (mark,))
        connection.execute("COMMIT")
    if found and (found != wanted or _marks(connection) != [(mark,)]):
        raise DamagedError


def _marks(connection: sqlite3.Connection) -> list[tuple[str]]:
    return connection.execute("SELECT mark FROM birth").fetchall()


def _statements(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid")
    return tuple(sql for (sql,) in rows)


def _remove(path: Path) -> None:
    """Take a database away, its journal first: a new one must not find that."""
    for part in (path.with_name(f"{path.name}-journal"), path):
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
