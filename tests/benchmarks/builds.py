"""Figures of a first build: an environment for scikit-learn and pandas, the caches warm."""

import os
import shutil
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from tests.benchmarks.costs import MLTRACK, PYTHON, Cost
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

_PACKAGES = ("scikit-learn==1.8.*", "pandas")
_PROJECT = f"""\
format: 1
name: learning
env: {{requirements: [{", ".join(_PACKAGES)}]}}
entry_points:
  main: {{command: [python, -c, pass]}}
"""
_TRIES = 9
_SECONDS = 240.0


@cache
def _folder(place: Place) -> Path:
    folder = place.new("learning")
    (folder / "project.yaml").write_text(_PROJECT)
    return folder


def _ours(place: Place, kind: str) -> Cost:
    home = _gone(place.scratch / "builds")
    more = {"MLTRACK_HOME": str(home), "MLTRACK_INSTALLER": kind}
    return place.spent([MLTRACK, "env", "build", "."], _folder(place), more)


def _gone(folder: Path) -> Path:
    """Remove what the try before has built, and wait until the disk has done with it."""
    shutil.rmtree(folder, ignore_errors=True)
    os.sync()
    return folder


def _floor(place: Place, commands: Sequence[Sequence[str]]) -> Cost:
    """Run commands one after the other, and return what they cost together."""
    _gone(place.scratch / "floor")
    costs = [place.spent(command) for command in commands]
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), "")


def _with_uv(place: Place) -> Cost:
    uv, folder = str(Path(PYTHON).with_name("uv")), place.scratch / "floor"
    make = [uv, "venv", "--quiet", "--python", str(Path(PYTHON).resolve()), str(folder)]
    install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
    return _floor(place, [make, [*install, *_PACKAGES]])


def _with_pip(place: Place) -> Cost:
    folder = place.scratch / "floor"
    make = [PYTHON, "-m", "virtualenv", "--quiet", "--no-seed", str(folder)]
    pip = [PYTHON, "-m", "pip", "--python", str(folder / "bin" / "python")]
    install = [*pip, "install", "--quiet", "--no-compile", *_PACKAGES]
    return _floor(place, [make, install])


def _measured(
    place: Place, kind: str, floor: Callable[[Place], Cost], of: Callable[[Cost], float]
) -> Measured:
    usual, place.seconds = place.seconds, _SECONDS
    try:
        tried = place.pairs(lambda: of(_ours(place, kind)), lambda: of(floor(place)), tries=_TRIES)
    finally:
        place.seconds = usual
    return ratio(*tried, unit="s")


def _figures(
    kind: str, floor: Callable[[Place], Cost], words: str, bar: float
) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            name=f"build-{kind}{end}",
            what=f"first `mltrack env build` of scikit-learn and pandas by {kind}, {by}",
            floor=words,
            bar=Bar(bar),
            measure=partial(_measured, kind=kind, floor=floor, of=of),
        )
        for end, by, of in (
            ("", "by the processor", lambda cost: cost.cpu),
            ("-clock", "by the clock", lambda cost: cost.wall),
        )
    )


FIGURES = (
    *_figures("uv", _with_uv, "`uv venv` and `uv pip install` of the same", 1.3),
    *_figures("pip", _with_pip, "a bare virtualenv and `pip install --no-compile` into it", 1.1),
)
