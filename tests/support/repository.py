"""A real git repository for a test to work in."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree, and the few commands that tests need."""

    path: Path

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a repository on branch main with one commit."""
        path.mkdir(parents=True)
        repository = cls(path)
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.write("README.md", "# A project\n")
        repository.commit("Begin")
        return repository

    def git(self, *arguments: str) -> str:
        """Run git here and return what it printed, without the last newline."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout.removesuffix("\n")

    def write(self, path: str, text: str) -> Path:
        """Write a file, making its folders, and return where it is."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str) -> str:
        """Commit everything there is, were it nothing, and return the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def clone(self, name: str) -> "Repository":
        """Clone into a sibling folder of that name."""
        target = self.path.parent / name
        self.git("clone", "--quiet", "--no-hardlinks", str(self.path), str(target))
        return Repository(target)

    def branch(self, name: str) -> None:
        """Start a branch at the current commit and change to it."""
        self.git("checkout", "--quiet", "-b", name)

    def checkout(self, name: str) -> None:
        """Change to a branch, a tag or a commit."""
        self.git("checkout", "--quiet", name)

    def merge(self, name: str) -> str:
        """Merge a branch into the current one with a merge commit and return its id."""
        self.git("merge", "--quiet", "--no-ff", "--no-edit", name)
        return self.git("rev-parse", "HEAD")
