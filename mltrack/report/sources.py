"""What runs were made from: each commit and each environment once, with its runs."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mltrack.charts.labels import cell, safe
from mltrack.report.entities import RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What several runs have in common: a commit, or an environment.

    Attributes:
        title: what it is.
        facts: more of it.
        runs: the handles of the runs.
        packages: the packages, where it is an environment.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    runs: tuple[str, ...]
    packages: tuple[str, ...] = ()


def code_of(runs: Sequence[RunFacts]) -> list[Source]:
    """Return the code of the runs: each commit once, with the runs that it made."""
    return [
        Source(
            title=_commit(group[0].record.code),
            facts=tuple(
                (key, cell(group[0].record.code[key]))
                for key in ("branch", "remote", "dirty", "tree")
                if group[0].record.code.get(key)
            ),
            runs=tuple(run.handle for run in group),
        )
        for group in _alike(runs, lambda run: _ordered(run.record.code))
    ]


def _commit(code: Mapping[str, Any]) -> str:
    commit = code.get("commit")
    dirty = " with uncommitted changes" if code.get("dirty") else ""
    return f"commit {cell(commit)[:12]}{dirty}" if commit else "no commit recorded"


def environments_of(runs: Sequence[RunFacts]) -> list[Source]:
    """Return the environments of the runs: each once, with its packages and its runs."""
    return [
        Source(
            title=_python(group[0].record.environment),
            facts=tuple(
                (safe(key), cell(value))
                for key, value in sorted(group[0].record.environment.items())
                if isinstance(value, str | int | float)
            ),
            runs=tuple(run.handle for run in group),
            packages=tuple(map(safe, group[0].packages)),
        )
        for group in _alike(runs, lambda r: (_ordered(r.record.environment), r.packages))
    ]


def _python(environment: Mapping[str, Any]) -> str:
    words = [cell(environment[key]) for key in ("python", "platform") if key in environment]
    return f"Python {' on '.join(words)}" if words else "no environment recorded"


def _ordered(facts: Mapping[str, Any]) -> str:
    """Return what tells a mapping from another, whatever the order of its keys."""
    return repr(sorted(facts.items()))


def _alike(runs: Sequence[RunFacts], key: Callable[[RunFacts], Hashable]) -> list[list[RunFacts]]:
    groups: dict[Hashable, list[RunFacts]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    return list(groups.values())
