"""Where the bench works: its folder, the world of its processes, the stores that it reads."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mltrack.store.layout import STORE_NAME
from tests.benchmarks import stores
from tests.benchmarks.costs import PYTHON, Cost, peak_mib, spent
from tests.support.world import isolated_variables, removed_variables

SECONDS = 30.0
"""Of a pair that takes long, as many are tried as fit into this; one at least."""
NOTHING: Mapping[str, str] = {}
REMOVED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHASHSEED")


class Place:
    """A folder of the bench, and how figures start processes in it.

    Attributes:
        folder: what is kept from one bench to the next: generated stores, and peers.
        scratch: what is removed at its end.
        runs: as often each pair is tried, where that is asked for.
        seconds: the time that one figure's pairs are given.
    """

    def __init__(self, folder: Path, scratch: Path, *, runs: int = 0, small: bool = False) -> None:
        self.folder = folder
        self.scratch = scratch
        self.runs = runs
        self.seconds = SECONDS
        self.small = small
        self.peers: Mapping[str, Path] = {}
        self.variables = _variables(scratch / "home")
        self.figure = ""

    def say(self, line: str) -> None:
        """Show on standard error how far the figure is."""
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"{self.figure}: {line}".ljust(78) + end)
        sys.stderr.flush()

    def size(self, count: int, small: int) -> int:
        """Return a count that a figure is about, or another where the bench itself is tried."""
        return small if self.small else count

    def compile(self) -> None:
        """Compile all that the children import, so that no try is the first one."""
        libraries = {path for path in map(Path, sys.path) if path.name == "site-packages"}
        ours = Path(stores.__file__).parents[2] / "mltrack"
        for each in (ours, *libraries):
            self.spent([PYTHON, "-m", "compileall", "-q", "-j0", each], check=False)

    def new(self, name: str) -> Path:
        """Return a new, empty folder that is removed at the end of the bench."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def repository(self, name: str) -> Path:
        """Return a new git repository with one commit, removed at the end of the bench."""
        path = self.new(name)
        (path / "train.py").write_text("print(1)\n")
        for words in ("init", "add .", "commit -m Begin"):
            self.git(path, *words.split())
        return path

    def git(self, folder: Path, *arguments: str) -> str:
        """Run git and return what it printed."""
        return self.spent(["git", *arguments], folder).out

    def store(self, count: int) -> Path:
        """Return a project with so many runs, which is generated once."""
        count = self.size(count, count // 1000)
        self.say(f"a store of {count:,} runs")
        project = stores.built(count, self.folder / "stores" / f"{count}")
        stores.without_extra(project)  # of a bench that was stopped
        return project

    def forget_caches(self, project: Path) -> None:
        """Remove whatever mltrack keeps to answer faster, in the store and at home."""
        for folder in (project / STORE_NAME / "cache", self.scratch / "home" / "cache"):
            for each in folder.iterdir() if folder.is_dir() else ():
                if each.is_dir():
                    shutil.rmtree(each)
                elif each.name != ".gitignore":
                    each.unlink()

    def spent(
        self,
        argv: Sequence[str | Path],
        folder: Path | None = None,
        more: Mapping[str, str] = NOTHING,
        *,
        check: bool = True,
    ) -> Cost:
        """Run a process in the world of the bench and return what it cost.

        Args:
            argv: the command.
            folder: where it starts; a folder of the bench when left out.
            more: variables beside those of the bench.
            check: whether one that fails is an error.
        """
        try:
            return spent(argv, folder or self.scratch, {**self.variables, **more})
        except ChildProcessError:
            if check:
                raise
            return Cost(0, 0, "")

    def peak_mib(self, argv: Sequence[str | Path], folder: Path) -> float:
        """Return the peak memory of a process in the world of the bench."""
        return peak_mib(argv, folder, self.variables)

    def pairs(
        self,
        ours: Callable[[], float],
        floor: Callable[[], float],
        *,
        tries: int = 15,
        warm: bool = True,
        before: Callable[[], object] = lambda: None,
    ) -> tuple[list[float], list[float]]:
        """Try two things in turn and return what each took; the first of each is not counted.

        Args:
            ours: does the one, and returns its seconds.
            floor: does the other.
            tries: how many pairs; fewer where they take longer than the bench gives them.
            warm: whether there is a first pair that is not counted.
            before: is called before each of ours.
        """
        end = time.monotonic() + self.seconds
        if warm:
            before()
            ours(), floor()
        found: tuple[list[float], list[float]] = ([], [])
        tries = self.runs or tries
        while len(found[0]) < tries and (not found[0] or self.runs or time.monotonic() < end):
            before()
            found[0].append(ours())
            found[1].append(floor())
            self.say(f"pair {len(found[0])} of {tries}: {found[0][-1] / found[1][-1]:.3g}")
        return found


def _variables(home: Path) -> dict[str, str]:
    hidden = {*removed_variables(), *REMOVED}
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**variables, **isolated_variables(home)}


def commit_id() -> str:
    """Return the commit of mltrack that is measured, with a plus where it was changed."""
    try:
        asked = ["git", "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"]
        here = Path(__file__).parent
        return subprocess.run(asked, cwd=here, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
