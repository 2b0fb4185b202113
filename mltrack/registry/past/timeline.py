"""The first-parent history of a branch, and what the registry held in each of its commits."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from mltrack.registry.past.entities import PastRegistry
from mltrack.registry.revisions import Revisions
from mltrack.store.branches import Commit, Tip, first_parents
from mltrack.store.store import Store

_SHORT = 10


class Timeline:
    """The first-parent history of a branch, and the registry in each of its commits."""

    def __init__(self, store: Store, top: Path, tip: Tip) -> None:
        """Read what commits a branch has had.

        Raises:
            GitError: git is missing or refused.
        """
        self.tip = tip
        self._revisions = Revisions(store, top)
        self._commits = first_parents(top, tip.commit)

    def at(self, moment: datetime) -> PastRegistry:
        """Return the registry as the last commit of the branch that is not later has it.

        Where the dates of commits go back, a commit was there no later than those that follow it.

        Raises:
            MltrackError, GitError: what that commit has cannot be understood.
        """
        seconds = moment.timestamp()
        newest = enumerate(self._commits)
        place = next((number for number, commit in newest if commit.time <= seconds), None)
        if place is None:
            return PastRegistry(moment=moment, stages=self._revisions.stages(self.tip.commit))
        commit = self._commits[place]
        stages, models = self._revisions.view(commit.id)
        return PastRegistry(
            moment=moment,
            stages=stages,
            models=models,
            commit=commit.id,
            committed=commit.time,
            branch=self.tip.branch,
            notes=tuple(_doubts(commit, self._commits[place + 1 :], seconds)),
        )

    @property
    def oldest(self) -> Commit:
        """Return the first commit that the branch has had, as far as this clone has it."""
        return self._commits[-1]


def _doubts(commit: Commit, before: Sequence[Commit], seconds: float) -> list[str]:
    """Return what makes the answer doubtful: a commit before that is dated later."""
    late = next((one for one in before if one.time > seconds), None)
    if late is None:
        return []
    names = f"{late.id[:_SHORT]} is dated later than {commit.id[:_SHORT]}"
    return [f"commit {names}, which follows it: one clock was wrong, and the answer may be, too"]


def at_commit(store: Store, top: Path, commit: str) -> PastRegistry:
    """Return the registry as a commit has it.

    Raises:
        MltrackError, GitError: what it has cannot be understood.
    """
    stages, models = Revisions(store, top).view(commit)
    return PastRegistry(moment=None, stages=stages, models=models, commit=commit)
