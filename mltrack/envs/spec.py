"""What an environment is asked to be, what it is built from, and what it became."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.specifier import Release, Specifier

NOTHING: Mapping[str, str] = {}


class Pyproject(NamedTuple):
    """The dependencies that a pyproject.toml declares, with some of its extras and groups."""

    path: Path
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Index(NamedTuple):
    """Where packages are looked for, without credentials; no url means where the user says."""

    url: str | None = None
    extra: tuple[str, ...] = ()


class EnvSpec(NamedTuple):
    """What a project asks for; at most one of the sources of requirements is there.

    `locked` may be there beside another source, which is resolved anew if `locked` was recorded on
    a machine of another kind, its files cannot be had here, and something near will do.

    Attributes:
        python: the range of Pythons.
        folder: the project's own, from which a path in `locked` counts, and in what is recorded.
        requirements: a source: lines that stand in the project file, normalised.
        requirements_file: a source: a requirements file, with those that it names.
        pyproject: a source: what a pyproject.toml declares.
        lock: a source: a pylock.toml, or requirements that all bear their sha256.
        locked: a source: the resolved set that a run has recorded, as it stands there.
        locked_elsewhere: whether that was on a machine of another kind, whose files may not be
            for this one; where it was not, a file with another digest was tampered with.
        constraints: versions that bound a source.
        indexes: where packages are looked for.
        variables: variables that the command and the build get.
        passed: patterns of the caller's variables that reach the command whatever they are, and
            that a run records.
        secrets: names of the caller's variables that must be there and are never kept.
        system_site_packages: whether the environment sees the packages of its interpreter.
    """

    python: Specifier = Specifier()
    folder: Path | None = None
    requirements: tuple[str, ...] = ()
    requirements_file: Path | None = None
    pyproject: Pyproject | None = None
    lock: Path | None = None
    locked: bytes | None = None
    locked_elsewhere: bool = False
    constraints: Path | None = None
    indexes: Index = Index()
    variables: Mapping[str, str] = NOTHING
    passed: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    system_site_packages: bool = False


class Supply(NamedTuple):
    """Where packages come from this time, which is no part of what an environment is.

    Attributes:
        offline: whether nothing may be asked of a network.
        find_links: folders, or pages, that hold packages.
        upgrade: whether requirements are resolved anew, although that was done before.
        near: whether something near will do where what was asked for cannot be had here: another
            patch version of Python, and of what was locked elsewhere the same versions of packages
            without their digests. The environment's notes tell of it.
    """

    offline: bool = False
    find_links: tuple[str, ...] = ()
    upgrade: bool = False
    near: bool = False


AS_USUAL = Supply()


class Interpreter(NamedTuple):
    """A Python on this machine, by the facts that decide what can be installed for it."""

    path: str
    implementation: str
    version: str
    level: str
    soabi: str
    platform: str
    libc: str

    @property
    def release(self) -> Release:
        """Return the version's three numbers."""
        return tuple(int(number) for number in self.version.split("."))


class Environment(NamedTuple):
    """A Python that a project can run in.

    Attributes:
        kind: `isolated` or `local`.
        python: the interpreter to start.
        version: its version.
        key: digest of the interpreter and the resolved set; None for the interpreter at hand.
        packages: the resolved set, one package a line; None where nothing was looked at.
        id: its name in the cache; None for the interpreter at hand.
        installer: what filled it, `pip` or `uv`; None where it was not filled.
        notes: what was done otherwise than asked, a sentence each.
        import_folders: folders of the project itself that the command can import from.
    """

    kind: str
    python: Path
    version: str
    key: str | None = None
    packages: bytes | None = None
    id: str | None = None
    installer: str | None = None
    notes: tuple[str, ...] = ()
    import_folders: tuple[Path, ...] = ()
