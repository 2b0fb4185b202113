"""The resolved set of an environment: every package by version and, where known, by digest."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mltrack.envs import lines
from mltrack.envs.lines import HASH, Line
from mltrack.envs.requirement_files import logical
from mltrack.envs.requirements import canonical_name
from mltrack.store.git import top_level
from mltrack.store.secrets import masked_text

_FILE = "file://"


def from_report(report: Path, folder: Path | None) -> list[Line]:
    """Return what pip's installation report (its version 1) says was installed."""
    items = json.loads(report.read_bytes())["install"]
    return [_of_item(item, folder) for item in items]


def from_compiled(text: str, folder: Path | None) -> list[Line]:
    """Return what uv resolved, which it writes as requirements; paths in it are absolute."""
    found = []
    for _, said in logical(text):
        line = lines.read(said, Path("/"))
        found.append(_shown(line) if line.path is None else _local(line, line.path, folder, pin=""))
    return found


def present(asked: Iterable[Line], seen: Mapping[str, str]) -> list[Line]:
    """Return those lines of a lock that are there, for some are for other platforms alone."""
    pins = [(line, _pin_of(line.install)) for line in asked]
    names = Counter(name for _, (name, _) in pins)
    return [
        line
        for line, (name, version) in pins
        if not name or (name in seen and (names[name] == 1 or seen[name] == version))
    ]


def installed(python: Path) -> dict[str, str]:
    """Return the versions of what is installed beside an environment's interpreter, by name."""
    found = {}
    for folder in _infos(python):
        name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
        found[canonical_name(name)] = version
    return dict(sorted(found.items()))


def named(found: Iterable[Line], python: Path) -> list[Line]:
    """Return lines that all have a text: what lies elsewhere is called as it was installed."""
    return [line if line.text else line._replace(text=_name_of(line, python)) for line in found]


def _name_of(line: Line, python: Path) -> str:
    if name := lines.name_of(line):
        return f"{name}=={installed(python).get(name, '')}"
    for folder in _infos(python):
        url = origin_of(folder).get("url")
        if url and lines.path_of_url(url) == line.path:
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            return f"{canonical_name(name)}=={version}"
    return line.path.name if line.path else ""


def origin_of(info: Path) -> dict[str, Any]:
    """Return what an installer wrote of where it took a distribution; nothing of an index."""
    try:
        told = json.loads((info / "direct_url.json").read_bytes())
        return told if isinstance(told["url"], str) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def used_in_place(python: Path) -> Iterator[Path]:
    """Yield the folders whose sources an environment uses where they are."""
    for told in map(origin_of, _infos(python)):
        path = lines.path_of_url(told["url"]) if told.get("dir_info", {}).get("editable") else None
        if path is not None:
            yield path


def _infos(python: Path) -> Iterator[Path]:
    return python.parent.parent.glob("lib/python*/site-packages/*.dist-info")


def text_of(found: Iterable[Line]) -> bytes:
    """Return the text of a resolved set, which another build takes as its lock."""
    return "".join(f"{text}\n" for text in sorted(line.text for line in found)).encode()


def _pin_of(install: str) -> tuple[str, str]:
    """Return name and version of a line that has both, else two empty texts."""
    name, equal, rest = install.partition("==")
    if not equal or "@" in name or name.startswith(("-", ".", "/")):
        return "", ""
    version = rest.split(";")[0].split()[0].removeprefix("=")
    return canonical_name(name.partition("[")[0].strip()), version


def _of_item(item: dict[str, Any], folder: Path | None) -> Line:
    name, version = canonical_name(item["metadata"]["name"]), item["metadata"]["version"]
    info, pin = item["download_info"], f"{name}=={version}"
    digest = info.get("archive_info", {}).get("hashes", {}).get("sha256")
    end = f" {HASH}sha256:{digest}" if digest else ""
    if not item["is_direct"]:
        return lines.plain(f"{pin}{end}")
    if "vcs_info" in info:
        return _shown(lines.plain(_version_control(name, info)))
    if not info["url"].startswith(_FILE):
        return lines.plain(f"{name} @ {info['url']}{end}")
    start = "-e " if info.get("dir_info", {}).get("editable") else ""
    line = lines.read(f"{start}{info['url']}{end}", Path("/"))
    return _local(line, line.path or Path("/"), folder, pin=pin)


def _version_control(name: str, info: dict[str, Any]) -> str:
    """Return a direct address at the commit that was installed."""
    told = info["vcs_info"]
    below = f"#subdirectory={info['subdirectory']}" if info.get("subdirectory") else ""
    return f"{name} @ {told['vcs']}+{info['url']}@{told['commit_id']}{below}"


def _shown(line: Line) -> Line:
    """Let a repository of this machine have no text: it is called by its version then."""
    return line._replace(text="") if "+file:" in line.install else line


def _local(line: Line, path: Path, folder: Path | None, *, pin: str) -> Line:
    """Name what lies in the same repository from the project's folder, and else by its version."""
    where = _relative(path, folder)
    if where is None:
        return line._replace(text=pin)
    start = "-e " if line.is_editable else ""
    digest = line.text.rpartition(HASH)[2] if line.is_hashed else ""
    return line._replace(text=masked_text(f"{start}{where}{f' {HASH}{digest}' if digest else ''}"))


def _relative(path: Path, folder: Path | None) -> str | None:
    if folder is None:
        return None
    import os

    folder = folder.absolute()
    top = top_level(folder) or folder
    if not path.is_relative_to(top):
        return None
    found = Path(os.path.relpath(path, folder)).as_posix()  # noqa: TID251 - it may lead upwards
    return found if found == "." or found.startswith("../") else f"./{found}"
