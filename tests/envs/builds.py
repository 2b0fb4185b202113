"""Builds that run in processes of their own."""

import subprocess
import sys

from mltrack.envs.spec import EnvSpec

TINY = EnvSpec(requirements=("tiny==1.0",))
BUILD = """\
from mltrack.envs.build import ensure
from mltrack.envs.home import user_home
from mltrack.envs.spec import EnvSpec
print(ensure(EnvSpec(requirements=("tiny==1.0",)), user_home(), progress=print).id)
"""


def started_build(code: str = BUILD) -> "subprocess.Popen[str]":
    """Start to build in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
