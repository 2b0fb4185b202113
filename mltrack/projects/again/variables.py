"""The variables that a run is run again with: those that its record tells and may decide."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.projects.running.child import HASH_SEED
from mltrack.store.secrets import MASK

_AT_HOME = re.compile(r"(\A|[:=])~/")
_NUMBER = re.compile(r"[0-9]{1,10}\Z")
_NEVER = re.compile(
    r"PATH|HOME|SHELL|IFS|ENV|BASH_ENV|PS4|CDPATH|EDITOR|PAGER|TMPDIR|PYTHON.*|LD_.*|DYLD_.*|GIT_.*"
    r"|SSH_.*|MLTRACK_.*|PIP_.*|UV_.*|VIRTUAL_ENV.*|CONDA_.*|PERL5?LIB|PERL5OPT|RUBY(LIB|OPT)"
    r"|R_(HOME|LIBS.*|PROFILE.*|ENVIRON.*)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|NODE_OPTIONS|NODE_PATH"
    r"|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_.*|GLIBC_.*|.*_PROXY|.*_proxy"
)
"""What leads a program to other code, another store or another host is for the caller to say."""


class Variables(NamedTuple):
    """Variables for a child, and a line for each that the record tells and that is not taken."""

    values: dict[str, str]
    refused: tuple[str, ...]


def variables_of(
    inherited: Mapping[str, str], recorded: Mapping[str, Any], passed: Sequence[str]
) -> Variables:
    """Return the caller's variables with those of a run in the place of its own.

    Args:
        inherited: the variables of the caller.
        recorded: what the record says of variables.
        passed: patterns of the names that the project passes on; only these may be set.
    """
    values = {name: value for name, value in inherited.items() if not _is_passed(name, passed)}
    refused = []
    for name, value in recorded.items():
        if name == HASH_SEED:
            if _NUMBER.match(str(value)):
                values[HASH_SEED] = str(value)
        elif not _is_passed(name, passed):
            continue  # the project sets it, or the code of now does not know it
        elif not isinstance(value, str) or MASK in value:
            refused.append(f"{name} was masked, so that it is as it is here")
            if name in inherited:
                values[name] = inherited[name]
        else:
            values[name] = _AT_HOME.sub(rf"\g<1>{Path.home()}/", value)
    return Variables(values, tuple(refused))


def may_be_set(name: str) -> bool:
    """Tell whether a record may decide what a variable of this name holds."""
    return bool(name) and "=" not in name and "\0" not in name and not _NEVER.fullmatch(name)


def _is_passed(name: str, patterns: Sequence[str]) -> bool:
    return may_be_set(name) and any(fnmatchcase(name, pattern) for pattern in patterns)
