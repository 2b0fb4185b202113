"""What an installer is asked to do, and the files in which it reads it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.home import Home
from mltrack.envs.lines import Line
from mltrack.envs.plan import Plan
from mltrack.envs.requirement_files import address_of
from mltrack.envs.running import Job
from mltrack.envs.spec import Supply
from mltrack.progress import Progress

_OF_INDEXES = ("--index-url", "--extra-index-url")


class Order(NamedTuple):
    """A build under way.

    Attributes:
        plan: what is to be built.
        home: the cache.
        supply: where packages come from.
        progress: is told how far it has come.
        scratch: a folder for what is needed meanwhile.
    """

    plan: Plan
    home: Home
    supply: Supply
    progress: Progress
    scratch: Path

    @property
    def job(self) -> Job:
        """Return how its installers run."""
        return Job(self.plan.spec.variables, self.scratch, self.progress)

    def file(self, name: str, lines: Iterable[Line]) -> Path:
        """Write a requirements file of some lines, with the options of the project's files."""
        path = self.scratch / name
        texts = [*self._options(), *(line.install for line in lines)]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    def constraints(self) -> list[str]:
        """Return the arguments that name the constraints, if there are any."""
        lines = self.plan.wanted.constraints
        if not lines:
            return []
        path = self.scratch / "constraints.txt"
        path.write_text("".join(f"{line.install}\n" for line in lines), encoding="utf-8")
        return ["--constraint", str(path)]

    def sources(self) -> Iterator[str]:
        """Yield the arguments that name the indexes."""
        indexes = self.plan.spec.indexes
        if not self.supply.offline:
            if indexes.url:
                yield f"--index-url={indexes.url}"
            yield from (f"--extra-index-url={url}" for url in indexes.extra)

    def _options(self) -> list[str]:
        """Return options; here further places of packages do not replace those of the user."""
        options = self.plan.wanted.options
        more = [f"--find-links {address_of(where, Path())}" for where in self.supply.find_links]
        if self.supply.offline:
            options = tuple(option for option in options if not option.startswith(_OF_INDEXES))
        return [*options, *more]
