"""What a pyproject.toml declares: its dependencies, with some of its extras and groups."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs import lines, specifier
from mltrack.envs.lines import Line
from mltrack.envs.requirement_files import text_of
from mltrack.envs.requirements import canonical_name
from mltrack.envs.spec import Pyproject
from mltrack.envs.specifier import Specifier
from mltrack.errors import MltrackError, NotFoundError, UsageError, nearest

_NAME = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[(?P<extras>[^\]]*)\])?\s*\Z")


class Declared(NamedTuple):
    """What a pyproject.toml says of an environment."""

    lines: tuple[Line, ...]
    python: Specifier
    folders: tuple[Path, ...]
    """Where the project's own code lies, which is not installed."""


def read(wanted: Pyproject) -> Declared:
    """Return what a pyproject.toml declares.

    Raises:
        NotFoundError: the file, an extra or a group is not there.
        UsageError: it is no TOML, its dependencies are made by a program, or a line is none.
    """
    file = _file_of(wanted)
    reader = _Reader(file, parsed(file))
    texts = list(reader.dependencies())
    for extra in wanted.extras:
        texts += reader.of_extra(extra)
    for group in wanted.groups:
        texts += reader.of_group(group)
    return Declared(
        lines=tuple(reader.line(text) for text in dict.fromkeys(texts)),
        python=reader.python(),
        folders=folders(wanted),
    )


def folders(wanted: Pyproject) -> tuple[Path, ...]:
    """Return where the project's own code lies: in `src`, else beside the file."""
    folder = _file_of(wanted).absolute().parent
    return (folder / "src" if (folder / "src").is_dir() else folder,)


def parsed(file: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is no TOML.
    """
    import tomllib

    try:
        return tomllib.loads(text_of(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(
            f"{file} is no TOML: {error}", fix="correct the file at that place"
        ) from None


def _file_of(wanted: Pyproject) -> Path:
    return wanted.path / "pyproject.toml" if wanted.path.is_dir() else wanted.path


class _Reader:
    """One pyproject.toml, of which extras and groups may name further ones."""

    def __init__(self, file: Path, content: dict[str, Any]) -> None:
        self._file = file
        self._project = _table(content.get("project", {}), file, "project")
        self._groups = _by_name(content.get("dependency-groups", {}), file, "dependency-groups")
        extras = self._project.get("optional-dependencies", {})
        self._extras = _by_name(extras, file, "project.optional-dependencies")
        self._under_way: list[str] = []

    def dependencies(self) -> Iterator[str]:
        """Yield the project's own dependencies."""
        self._refuse_dynamic("dependencies")
        yield from self._list(self._project.get("dependencies", []), "project.dependencies")

    def of_extra(self, name: str) -> Iterator[str]:
        """Yield what an extra adds, and the extras of the project that it names."""
        self._refuse_dynamic("optional-dependencies")
        found = self._one(self._extras, name, "extra")
        for text in self._list(found, f"project.optional-dependencies.{name}"):
            match = _NAME.match(text)
            if match and match["extras"] and self._is_own(match["name"]):
                with _Step(self, f"extra {name}"):
                    for inner in match["extras"].split(","):
                        yield from self.of_extra(inner.strip())
            else:
                yield text

    def of_group(self, name: str) -> Iterator[str]:
        """Yield what a dependency group holds, and the groups that it includes (PEP 735)."""
        found = self._one(self._groups, name, "dependency group")
        if not isinstance(found, list):
            raise self._fault(f"dependency-groups.{name} must be a list")
        for item in found:
            if isinstance(item, str):
                yield item
            elif isinstance(item, dict) and list(item) == ["include-group"]:
                with _Step(self, f"group {name}"):
                    yield from self.of_group(str(item["include-group"]))
            else:
                raise self._fault(
                    f"dependency-groups.{name} holds {item!r}, which is not understood"
                )

    def python(self) -> Specifier:
        """Return the range of Pythons; every Python where it is written as none is read here."""
        try:
            return specifier.parse(str(self._project["requires-python"]))
        except (KeyError, UsageError):
            return Specifier()

    def line(self, text: str) -> Line:
        """Return a requirement."""
        try:
            return lines.read(" ".join(text.split()), self._file.absolute().parent)
        except MltrackError as error:
            error.message = f"{self._file}: {error.message}"
            raise

    def enter(self, name: str) -> None:
        """Begin with something that names others.

        Raises:
            UsageError: it has begun already.
        """
        if name in self._under_way:
            raise self._fault(f"{name} includes itself: {' > '.join([*self._under_way, name])}")
        self._under_way.append(name)

    def leave(self) -> None:
        """End with what was begun last."""
        self._under_way.pop()

    def _is_own(self, name: str) -> bool:
        return canonical_name(name) == canonical_name(str(self._project.get("name", "")))

    def _refuse_dynamic(self, key: str) -> None:
        if key in self._project.get("dynamic", []):
            raise UsageError(
                f"project.{key} of {self._file} is dynamic: only its build tool can tell it",
                fix=f"write them under project.{key}, or lock them and name the lock: "
                f"uv pip compile {self._file} --generate-hashes -o requirements.lock",
            )

    def _one(self, found: dict[str, Any], name: str, what: str) -> Any:  # noqa: ANN401 - of TOML
        if canonical_name(name) in found:
            return found[canonical_name(name)]
        raise NotFoundError(
            f"{self._file} has no {what} {name!r}{nearest(name, list(found))}",
            why=f"it has: {', '.join(sorted(found)) or 'none'}",
            fix="correct env.pyproject in project.yaml",
        )

    def _list(self, found: Any, key: str) -> list[str]:  # noqa: ANN401 - of TOML
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self._fault(f"{key} must be a list of texts")
        return found

    def _fault(self, message: str) -> UsageError:
        return UsageError(f"{self._file}: {message}", fix="correct the file")


class _Step:
    """While it is open, what names others may not be named by them."""

    def __init__(self, reader: _Reader, name: str) -> None:
        self._reader, self._name = reader, name

    def __enter__(self) -> None:
        self._reader.enter(self._name)

    def __exit__(self, *_: object) -> None:
        self._reader.leave()


def _table(found: Any, file: Path, key: str) -> dict[str, Any]:  # noqa: ANN401 - of TOML
    if not isinstance(found, dict):
        raise UsageError(f"{file}: {key} must be a table", fix="correct the file")
    return found


def _by_name(found: Any, file: Path, key: str) -> dict[str, Any]:  # noqa: ANN401 - of TOML
    return {canonical_name(name): value for name, value in _table(found, file, key).items()}
