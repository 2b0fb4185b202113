"""The variables that keep a test away from the user's own settings, caches and git identity."""

import os
from pathlib import Path

REMOVED_PREFIXES = ("MLTRACK_", "GIT_")
REMOVED = (
    "BITBUCKET_STEP_TRIGGERER_UUID",
    "BUILDKITE_BUILD_CREATOR",
    "BUILDKITE_BUILD_CREATOR_EMAIL",
    "BUILD_USER_ID",
    "CIRCLE_USERNAME",
    "EMAIL",
    "FORCE_COLOR",
    "GITHUB_ACTOR",
    "GITHUB_TRIGGERING_ACTOR",
    "GITLAB_USER_EMAIL",
    "GITLAB_USER_LOGIN",
    "GITLAB_USER_NAME",
    "NO_COLOR",
)
KEPT = ("GIT_EXEC_PATH", "GIT_SSL_CAINFO")

GIT_CONFIG = """\
[user]
\tname = Ada Lovelace
\temail = ada@example.org
[init]
\tdefaultBranch = main
[core]
\tfsync = none
"""


def removed_variables() -> list[str]:
    """Return the names of the present variables that would let the user's world in."""
    return [
        name
        for name in os.environ
        if name not in KEPT and (name in REMOVED or name.startswith(REMOVED_PREFIXES))
    ]


def isolated_variables(home: Path) -> dict[str, str]:
    """Make a home folder for an invented user and return the variables that lead there."""
    pip_settings = Path.home() / ".config" / "pip" / "pip.conf"
    home.mkdir(parents=True)
    git_config = home / "gitconfig"
    git_config.write_text(GIT_CONFIG, encoding="utf-8")
    variables = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "MLTRACK_HOME": str(home / "mltrack"),
        "GIT_CONFIG_GLOBAL": str(git_config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "TZ": "UTC",
        "COLUMNS": "100",
        "PAGER": "cat",  # where less is installed, it would wait for somebody to press a key
        "MLTRACK_INSTALLER": "pip",
        "MLTRACK_CAPTURE_DIGESTS": "false",
    }
    if pip_settings.is_file() and "PIP_CONFIG_FILE" not in os.environ:
        variables["PIP_CONFIG_FILE"] = str(pip_settings)  # a mirror set there is still the way out
    return variables
