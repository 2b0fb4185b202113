"""The resolved set of an environment: every package by version and, where known, by digest."""

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from mltrack.envs.requirements import canonical_name
from mltrack.store.secrets import masked_text


def from_report(report: Path) -> bytes:
    """Return the lines that pip's installation report (its version 1) stands for."""
    items = json.loads(report.read_bytes())["install"]
    return _text([_line(_name_of(i), i["download_info"], direct=i["is_direct"]) for i in items])


def from_environment(python: Path) -> bytes:
    """Return the lines for what is installed beside an environment's interpreter."""
    folders = [str(path) for path in python.parent.parent.glob("lib/python*/site-packages")]
    lines = []
    for found in importlib.metadata.distributions(path=folders):
        info = json.loads(found.read_text("direct_url.json") or "{}")
        lines.append(_line((found.metadata["Name"], found.version), info, direct=bool(info)))
    return _text(lines)


def _name_of(item: dict[str, Any]) -> tuple[str, str]:
    return item["metadata"]["name"], item["metadata"]["version"]


def _line(package: tuple[str, str], info: dict[str, Any], *, direct: bool) -> str:
    name, version = package
    start = f"{canonical_name(name)}=={version}"
    if direct:
        start = f"{canonical_name(name)} @ {_address(info)}"
    digest = info.get("archive_info", {}).get("hashes", {}).get("sha256")
    return f"{start} --hash=sha256:{digest}" if digest else start


def _address(info: dict[str, Any]) -> str:
    """Return a direct address without credentials, at the commit that was installed."""
    version_control = info.get("vcs_info")
    if not version_control:
        return masked_text(info["url"])
    return masked_text(f"{version_control['vcs']}+{info['url']}@{version_control['commit_id']}")


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(lines)).encode()
