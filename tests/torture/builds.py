"""SIGKILL at random moments of a build: nothing that is half-built is taken for an environment."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from mltrack.envs import leftovers, shelf
from mltrack.envs.home import Home
from tests.support.wheels import write_wheel
from tests.torture.rounds import Round

UNIT = "kills"
PROMISE = "a build killed at any moment leaves nothing that is taken for complete"
GOAL = 100
KILLS, FEW_KILLS = 10, 3
PACKAGES = 12
BUILD = """\
import sys
import time
from mltrack.envs.build import ensure
from mltrack.envs.home import user_home
from mltrack.envs.spec import EnvSpec
names = sys.argv[1:]
environment = ensure(EnvSpec(requirements=tuple(names)), user_home())
print(environment.python)
"""
IMPORT = "import sys\nfor name in sys.argv[1:]: assert __import__(name).VERSION == '1.0'\n"


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Kill builds of the same environment, and look after each at what counts as complete."""
    chance = random.Random(seed)
    names = [f"package{number}" for number in range(PACKAGES)]
    for name in names:
        write_wheel(folder / "wheels", name)
    variables = _variables(folder, chance.choice(["pip", "uv"]))
    home, problems, survived = Home(folder / "home"), [], 0
    seconds = _seconds_of_a_build(names, variables)
    kills = FEW_KILLS if small else KILLS
    for number in range(kills):
        _forget(home)
        survived += _killed(chance.uniform(0, seconds), names, variables)
        wrong = _wrong(home, names)
        if wrong:
            problems.append(f"kill {number}: {'; '.join(wrong)}")
    last = _built(names, variables) + _left(home)
    if last and not problems:
        problems.append(f"in the end: {'; '.join(last)}")
    return Round(kills, tuple(problems), (("ended first", survived),))


def _variables(folder: Path, kind: str) -> dict[str, str]:
    wheels = str(folder / "wheels")
    return {
        **os.environ,
        "MLTRACK_HOME": str(folder / "home"),
        "MLTRACK_INSTALLER": kind,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": wheels,
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": wheels,
        "UV_CACHE_DIR": str(folder / "uv"),
    }


def _seconds_of_a_build(names: list[str], variables: dict[str, str]) -> float:
    """Return how long a build takes here when its caches are warm."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", BUILD, *names], env=variables, stdout=subprocess.DEVNULL, check=True
    )
    return time.monotonic() - began


def _killed(seconds: float, names: list[str], variables: dict[str, str]) -> bool:
    """Start a build and kill it after so long, and tell whether it ended before."""
    build = subprocess.Popen(
        [sys.executable, "-c", BUILD, *names],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        build.wait(seconds)
    except subprocess.TimeoutExpired:
        build.send_signal(signal.SIGKILL)
        build.wait()
        return False
    return True


def _wrong(home: Home, names: list[str]) -> list[str]:
    """Return what is wrong with what counts as complete, be it by its marker or by a key."""
    wrong = []
    whole = {f.name: f for f in leftovers.folders(home.envs) if shelf.is_whole(f)}
    for name, folder in whole.items():
        done = subprocess.run(
            [shelf.python_of(folder), "-c", IMPORT, *names], capture_output=True, check=False
        )
        if done.returncode or len((folder / shelf.PACKAGES).read_text().splitlines()) != PACKAGES:
            wrong.append(f"{name} is not whole")
    for key in home.keys.glob("*.json") if home.keys.is_dir() else ():
        known = shelf.find(key.stem, home)
        if known and known.id not in whole:
            wrong.append(f"{key.stem} names {known.id}, which is not whole")
    return wrong


def _forget(home: Home) -> None:
    """Let the next build begin anew."""
    for key in home.keys.glob("*.json") if home.keys.is_dir() else ():
        key.unlink()


def _built(names: list[str], variables: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *names],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return [f"the build after it failed: {done.stderr[-500:]}"]
    python = done.stdout.strip()
    told = subprocess.run([python, "-c", IMPORT, *names], capture_output=True, check=False)
    return ["the build after it is not whole"] if told.returncode else []


def _left(home: Home) -> list[str]:
    """Return the half-built folders that the last build did not sweep away."""
    return [f"{folder.name} is left" for folder in leftovers.unfinished(home)]
