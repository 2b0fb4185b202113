"""The Python at hand, and what it has: for module systems, conda, notebooks."""

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import interpreters, lines
from mltrack.envs.requirements import canonical_name
from mltrack.envs.resolved import origin_of
from mltrack.envs.spec import Environment
from mltrack.store.git import answer_or_none
from mltrack.store.secrets import masked_text

_INFO = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)(?:\.dist-info|(?:-[^/]*)?\.egg-info)\Z")


class _Found(NamedTuple):
    """An installed distribution."""

    name: str
    version: str
    info: Path

    @property
    def pin(self) -> str:
        """Return its name and version."""
        return f"{self.name}=={self.version}"


def at_hand() -> Environment:
    """Return the running Python with what it has: `name==version`, or the commit it is from.

    What was installed from version control is named by its commit, and so is what is used in place
    (editable) and lies in a git repository. No path of this machine is among it.
    """
    found = sorted(_distributions().values())
    said = [_said(one) for one in found]
    return Environment(
        kind="local",
        python=Path(sys.executable),
        version=interpreters.running().version,
        packages="".join(f"{line}\n" for line, _ in said).encode(),
        notes=tuple(note for _, note in said if note),
    )


def _distributions() -> dict[str, _Found]:
    """Return what is on the path by name; of one that is there twice the first is imported."""
    found: dict[str, _Found] = {}
    for entry in sys.path:
        for name in _names(entry or "."):
            if match := _INFO.match(name):
                one = _Found(canonical_name(match["name"]), match["version"], Path(entry, name))
                found.setdefault(one.name, one)
    return found


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - texts, of thousands of files
    except OSError:
        return []


def _said(one: _Found) -> tuple[str, str]:
    """Return the line of a distribution, and what is to be noted of it."""
    told = origin_of(one.info)
    if "vcs_info" in told:
        commit = str(told["vcs_info"].get("commit_id", ""))
        return _at_commit(one, told["url"], commit) or one.pin, ""
    if told.get("dir_info", {}).get("editable"):
        return _used_in_place(one, lines.path_of_url(told["url"]))
    return one.pin, ""


def _used_in_place(one: _Found, folder: Path | None) -> tuple[str, str]:
    commit = answer_or_none("rev-parse", "HEAD", cwd=folder) if folder and folder.is_dir() else None
    if folder is None or commit is None:
        return one.pin, f"{one.name} is used in place, in a folder of no git repository"
    remote = answer_or_none("config", "--get", "remote.origin.url", cwd=folder) or ""
    below = (answer_or_none("rev-parse", "--show-prefix", cwd=folder) or "").rstrip("/")
    line = _at_commit(one, remote, commit, below)
    notes = [] if line else [f"at commit {commit}, which has no address"]
    if answer_or_none("status", "--porcelain", "--untracked-files=no", cwd=folder):
        notes.append("with changes that are in no commit")
    said = f"{one.name} is used in place, {', '.join(notes)}" if notes else ""
    return line or one.pin, said


def _at_commit(one: _Found, address: str, commit: str, below: str = "") -> str | None:
    """Return a requirement that names a commit; None where the address is one of this machine."""
    if "://" not in address and "@" in address.partition(":")[0]:
        address = "ssh://" + address.replace(":", "/", 1)
    if "://" not in address or address.startswith("file:") or not commit:
        return None
    scheme, _, rest = address.partition("://")
    user = "git@" if scheme == "ssh" and rest.startswith("git@") else ""
    bare = masked_text(address).partition("://")[2]
    end = f"#subdirectory={below}" if below else ""
    return f"{one.name} @ git+{scheme}://{user}{bare}@{commit}{end}"
