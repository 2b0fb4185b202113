"""Read a requirements file together with all the files that it names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import lines
from mltrack.envs.lines import Line
from mltrack.errors import MltrackError, NotFoundError, UsageError
from mltrack.store.plain import open_plain

_OPTION = re.compile(r"(?P<name>--[a-z][a-z-]*|-[A-Za-z])[\s=]*(?P<value>.*)\Z")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_NEXT_OPTION = re.compile(r"\s+(?=-)")
_LONG = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
    "--pypi-url": "--index-url",
}
_KEPT = frozenset(
    {
        *("--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host"),
        *("--no-binary", "--only-binary", "--pre", "--prefer-binary", "--require-hashes"),
        "--use-feature",
    }
)
MAX_BYTES = 16 * 1024 * 1024


class Place(NamedTuple):
    """Where a line stands."""

    file: Path
    number: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.number}"


class Found(NamedTuple):
    """A requirement, and where it stands."""

    line: Line
    place: Place


class Reading:
    """What was read so far: requirements, constraints, and options of the installer."""

    def __init__(self) -> None:
        self.lines: list[Found] = []
        self.constraints: list[Found] = []
        self.options: list[str] = []
        self._read: set[tuple[Path, bool]] = set()

    def take_file(
        self, file: Path, *, constraints: bool = False, because: str = "project.yaml names it"
    ) -> None:
        """Read a file; one that names itself in the end is read once.

        Raises:
            NotFoundError: it, or a file or folder that it names, is not there.
            UsageError: a line cannot be meant.
        """
        known = (file.resolve(), constraints)
        if known in self._read:
            return
        self._read.add(known)
        self.take(text_of(file, because), file, constraints=constraints)

    def take(
        self, text: str, file: Path, *, constraints: bool = False, folder: Path | None = None
    ) -> None:
        """Read a text that stands in `file`; its paths count from `folder`, or from the file's."""
        for number, line in logical(text):
            place = Place(file, number)
            with_options = line.startswith("-") and not line.startswith(("-e", "--editable"))
            for part in _NEXT_OPTION.split(line) if with_options else [line]:
                self._take_line(part, place, folder or file.parent, constraints=constraints)

    def _take_line(self, text: str, place: Place, folder: Path, *, constraints: bool) -> None:
        option = _OPTION.match(text) if text.startswith("-") else None
        name = _LONG.get(option["name"], option["name"]) if option else ""
        value = option["value"].strip() if option else ""
        if name in {"--requirement", "--constraint"}:
            self._take_named(value, place, folder, constraints=constraints or name[2] == "c")
        elif name == "--editable":
            self._add(f"-e {value}", place, folder, constraints=constraints)
        elif name in _KEPT:
            self.options.append(_kept(name, value, folder))
        elif name:
            raise UsageError(
                f"{place}: {name} is not understood in a requirements file",
                fix="remove the line, or say it in project.yaml where that has a key for it",
            )
        else:
            self._add(text, place, folder, constraints=constraints)

    def _take_named(self, name: str, place: Place, folder: Path, *, constraints: bool) -> None:
        if "://" in name:
            raise UsageError(
                f"{place} names a file on the network, which may be another one tomorrow",
                fix="download it, keep it beside the project, and name that file",
            )
        self.take_file(folder / name, constraints=constraints, because=f"{place}, names it")

    def _add(self, text: str, place: Place, folder: Path, *, constraints: bool) -> None:
        try:
            line = lines.read(text, folder)
        except MltrackError as error:
            error.message = f"{place}: {error.message}"
            error.args = (error.message,)
            raise
        (self.constraints if constraints else self.lines).append(Found(line, place))


def text_of(file: Path, because: str = "project.yaml names it") -> str:
    """Return the text of a file that says what is installed.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is no text.
    """
    try:
        with open_plain(file) as opened:
            data = opened.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(
            f"there is no {file}", why=because, fix="write the file, or correct its name"
        ) from None
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}", why=because) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if len(data) > MAX_BYTES or "\0" in text or (data and not text):
        raise UsageError(f"{file} is no text that says what is to be installed", why=because)
    return text


def logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty with their numbers, those that go on joined."""
    begun, number = "", 0
    for at, line in enumerate([*text.splitlines(), ""], start=1):
        number = number if begun else at
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            begun += line[:-1] + " "
            continue
        whole = _COMMENT.sub("", begun + line).strip()
        begun = ""
        if whole:
            yield number, whole


def _kept(name: str, value: str, folder: Path) -> str:
    if name == "--find-links" and "://" not in value:
        value = address_of(value, folder)
    return f"{name} {value}".strip()


def address_of(where: str, folder: Path) -> str:
    """Return the address of a place of packages, which a path with spaces is not."""
    return where if "://" in where else (folder / Path(where).expanduser()).absolute().as_uri()
