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
_CLAUSE = re.compile(r"(?:(?:~=|==|!=|<=|>=|<|>)\s*v?[0-9][\w.!*+-]*|===\s*\S+|)\Z")
_MARKER = re.compile(
    r"(?:python_version|python_full_version|os_name|sys_platform|extra"
    r"|platform_(?:release|system|version|machine|python_implementation)"
    r"|implementation_(?:name|version))\b"
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
    _check_parts(line, match)
    url = match["url"] or ""
    if url and not url.startswith(_REMOTE):
        raise UsageError(
            f"{line!r} names a path of this machine, or an address that nobody can check",
            fix="give an https address, or a version that an index holds",
        )
    text = canonical_name(match["name"]) + _extras(match["extras"] or "")
    text += f" @ {url}" if url else _versions(match["versions"] or "")
    return text + (f" ; {match['marker'].strip()}" if match["marker"] else "")


def _check_parts(line: str, match: re.Match[str]) -> None:
    """Say early what an installer would say late, and at length."""
    clauses = (match["versions"] or "").strip().strip("()").split(",")
    if match["versions"] and not all(_CLAUSE.match(clause.strip()) for clause in clauses):
        raise UsageError(
            f"{line!r} has a version that cannot be compared",
            fix='write it as in "pandas>=2.2,<3" or "pandas==2.2.*"',
        )
    if match["marker"] and not _MARKER.search(match["marker"]):
        raise UsageError(
            f"{line!r} has a condition that cannot be meant",
            fix="""write it as in "tomli ; python_version < '3.12'\"""",
        )


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
