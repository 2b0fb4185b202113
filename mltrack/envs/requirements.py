"""Requirement lines: which are taken, and how two that mean the same come to look the same."""

import re

from mltrack.errors import UsageError

_LINE = re.compile(
    r"""
    (?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
    \s* (?P<extras>\[[A-Za-z0-9._,\s-]*\])?
    \s* (?: @ \s* (?P<url>\S+) | (?P<versions>[(<>=!~][^;@]*) )?
    \s* (?: ; \s* (?P<marker>.+) )? \Z
    """,
    re.VERBOSE,
)
_REMOTE = ("https://", "http://", "git+https://", "git+ssh://", "hg+https://", "svn+https://")


def normalised(line: str) -> str:
    """Return a requirement in one form: canonical name, sorted extras, no needless spaces.

    Raises:
        UsageError: it is an option, a path of this machine, more than a line, or no requirement.
    """
    match = None if _has_control_character(line) else _LINE.match(line.strip())
    if match is None:
        raise UsageError(
            f"{line!r} is not a requirement",
            why="options of the installer and paths are not taken here",
            fix='write a package and its versions, as in "pandas>=2.2"',
        )
    url = match["url"] or ""
    if url and not url.startswith(_REMOTE):
        raise UsageError(
            f"{line!r} names a path of this machine, or an address that nobody can check",
            fix="give an https address, or a version that an index holds",
        )
    text = canonical_name(match["name"]) + _extras(match["extras"] or "")
    text += f" @ {url}" if url else _versions(match["versions"] or "")
    return text + (f" ; {match['marker'].strip()}" if match["marker"] else "")


def canonical_name(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _has_control_character(line: str) -> bool:
    return any(not character.isprintable() for character in line)


def _extras(text: str) -> str:
    extras = sorted({canonical_name(e.strip()) for e in text.strip("[]").split(",") if e.strip()})
    return f"[{','.join(extras)}]" if extras else ""


def _versions(text: str) -> str:
    clauses = (re.sub(r"\s+", "", clause) for clause in text.strip().strip("()").split(","))
    return ",".join(sorted(clause for clause in clauses if clause))
