"""What an environment is asked to be, what it is built from, and what it became."""

from pathlib import Path
from typing import NamedTuple

from mltrack.envs.specifier import Release, Specifier


class EnvSpec(NamedTuple):
    """What a project asks for: a range of Pythons and its requirements, normalised."""

    python: Specifier = Specifier()
    requirements: tuple[str, ...] = ()


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
    """A Python that a project can run in. `key` is None for the interpreter at hand."""

    kind: str
    python: Path
    version: str
    key: str | None = None
    packages: bytes | None = None
    """The resolved set, one `name==version` a line; None where nothing was resolved for it."""
