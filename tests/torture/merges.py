"""What people do between clones: merge, rebase, cherry-pick, squash, revert, and on a host."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import mltrack
from mltrack.api.store import use
from tests.support.repository import Repository
from tests.torture.clones import Clone
from tests.torture.commands import asked

INDEX = ".mltrack/registry.yaml"
"""The one file that two branches may both have written."""
RENAMED = re.compile(r"CONFLICT \((rename/|file location)")
"""How git says that it took a run or a folder of events that was removed for the like of it."""
NOTHING = "nothing to commit"
WITHOUT_RENAMES = ("--strategy", "recursive", "--strategy-option", "no-renames")
_ENOUGH = 60


class ConflictError(Exception):
    """Git could not do what was asked without a person."""


class Merges:
    """Moves work between clones, and counts what was done."""

    def __init__(self, host: Repository) -> None:
        self.counts: Counter[str] = Counter()
        self._host = host

    def commit(self, clone: Clone) -> None:
        """Commit all that there is, if there is anything."""
        clone.repo.git("add", "--all")
        if asked(clone.repo, "diff", "--cached", "--quiet").returncode:
            clone.repo.git("commit", "--quiet", "--message", "Work")

    def merge(self, ours: Clone, theirs: Clone) -> None:
        """Merge another clone's branch."""
        self._do(ours, "merge", "--quiet", "--no-edit", self._fetched(ours, theirs))

    def rebase(self, ours: Clone, theirs: Clone) -> None:
        """Put our commits on top of another clone's."""
        self._do(ours, "rebase", "--quiet", self._fetched(ours, theirs))

    def squash(self, ours: Clone, theirs: Clone) -> None:
        """Take another clone's work in as one commit without its history."""
        tip = self._fetched(ours, theirs)
        self._do(ours, "merge", "--quiet", "--squash", tip)
        self.commit(ours)

    def cherry_pick(self, ours: Clone, theirs: Clone) -> None:
        """Take in one of another clone's last commits."""
        tip = self._fetched(ours, theirs)
        commits = _commits(ours.repo, tip)
        if not commits:
            return
        commit = ours.chance.choice(commits)
        self._do(ours, "cherry-pick", "--allow-empty", "--keep-redundant-commits", commit)

    def revert(self, ours: Clone, _: Clone) -> None:
        """Take back one of our own last commits."""
        commits = _commits(ours.repo, "HEAD")
        if commits:
            commit = ours.chance.choice(commits)
            names = ours.repo.git("diff-tree", "--no-commit-id", "--name-only", "-r", commit)
            ours.record.took_back(names.splitlines())
            self._do(ours, "revert", "--no-edit", commit)

    def on_host(self, ours: Clone, theirs: Clone) -> None:
        """Merge another clone's branch as a host does: without a work tree or attributes."""
        for clone, name in ((ours, "ours"), (theirs, "theirs")):
            clone.repo.git("push", "--quiet", "--force", str(self._host.path), f"HEAD:{name}")
        tree = asked(self._host, "merge-tree", "--write-tree", "--name-only", "ours", "theirs")
        lines = tree.stdout.splitlines()
        if tree.returncode:
            if RENAMED.search(tree.stdout):
                self.counts["taken for renames on a host"] += 1
            else:
                self._count_conflict(set(lines[1 : lines.index("")]), tree.stdout)
            return
        options = ("-p", "ours", "-p", "theirs", "-m", "Merge on the host")
        commit = self._host.git("commit-tree", lines[0], *options)
        self._host.git("update-ref", "refs/heads/ours", commit)
        ours.repo.git("pull", "--quiet", "--ff-only", str(self._host.path), "ours")
        self.counts["merges on a host"] += 1

    def copy(self, ours: Clone, theirs: Clone) -> None:
        """Bring in what another clone's store has, without git."""
        use(store=str(ours.root))
        done = mltrack.import_runs(theirs.root)
        expected = ("object", "has no run.yaml")  # of a run that was reverted, or is not all here
        if done.twins or [s for s in done.skipped if not any(word in s for word in expected)]:
            raise ConflictError(f"import: kept twice {done.twins}, skipped {done.skipped[:3]}")
        self.commit(ours)
        self.counts["imports"] += 1

    def _fetched(self, ours: Clone, theirs: Clone) -> str:
        ours.repo.git("fetch", "--quiet", str(theirs.repo.path), "HEAD")
        return ours.repo.git("rev-parse", "FETCH_HEAD")

    def _do(self, clone: Clone, command: str, *arguments: str) -> None:
        """Run a git command to its end; what git took for a rename is done again without."""
        try:
            self._finish(clone, command, *arguments)
        except ConflictError as error:
            if RENAMED.search(str(error)) is None:
                raise
            self.counts["taken for renames"] += 1
            asked(clone.repo, "reset" if "--squash" in arguments else command, *_undoing(arguments))
            self._finish(clone, command, *WITHOUT_RENAMES, *arguments)

    def _finish(self, clone: Clone, command: str, *arguments: str) -> None:
        """Run a git command to its end; a conflict in the index alone is settled as it lies."""
        done = asked(clone.repo, command, *arguments)
        for _ in range(_ENOUGH):
            if done.returncode == 0:
                self.counts[f"{command}s"] += 1
                return
            said = done.stdout + done.stderr
            unmerged = set(clone.repo.git("diff", "--name-only", "--diff-filter=U").splitlines())
            if unmerged:
                self._count_conflict(unmerged, said)
            elif not _is_under_way(clone.repo.path):
                if NOTHING in said:
                    return
                raise ConflictError(f"git {command}: {said}")
            done = self._go_on(clone, command, settled=bool(unmerged))
        raise ConflictError(f"git {command} does not come to an end")

    def _go_on(
        self, clone: Clone, command: str, *, settled: bool
    ) -> subprocess.CompletedProcess[str]:
        repo = clone.repo
        if settled:
            word = "add" if (repo.path / INDEX).exists() else "rm"
            repo.git(word, INDEX)
        staged = asked(repo, "diff", "--cached", "--quiet").returncode != 0
        if command == "merge":
            return asked(repo, "commit", "--quiet", "--no-edit")
        return asked(repo, command, "--continue" if staged else "--skip")

    def _count_conflict(self, names: set[str], said: str) -> None:
        if names != {INDEX}:
            raise ConflictError(f"conflict in {sorted(names)[:4]}: {said[:1200]}")
        self.counts["conflicts in registry.yaml"] += 1


def _undoing(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return ("--quiet", "--merge") if "--squash" in arguments else ("--abort",)


def _is_under_way(top: Path) -> bool:
    words = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
    return any((top / ".git" / word).exists() for word in words)


def _commits(repo: Repository, tip: str) -> list[str]:
    """Return the last commits of a branch that are no merges and not the first."""
    return repo.git("rev-list", "--no-merges", "-n", "12", tip, "^begin").splitlines()
