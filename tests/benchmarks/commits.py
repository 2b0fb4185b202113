"""The figure of a commit: by how much `.git` grows when one run is added to many."""

import shutil
import subprocess
from pathlib import Path

from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured
from tests.benchmarks.stores import extra_run, without_extra

_CHANGING = (
    "HEAD",
    "index",
    "COMMIT_EDITMSG",
    "refs/heads/main",
    "logs/HEAD",
    "logs/refs/heads/main",
)


def _grown(place: Place) -> Measured:
    """All bytes of all files below `.git`, before and after `git add .mltrack` and the commit.

    Nothing is packed for it. The day that gets the run has 300 already, which is the most: git
    writes the list of a day anew with each commit. A file counts with its size, not with the blocks
    that a file system gives it.
    """
    project = place.store(100_000)
    _committed(place, project)
    before = _files(project)
    kept = {
        path: path.read_bytes() for name in _CHANGING if (path := project / ".git" / name).exists()
    }
    _whole(project).unlink()  # until all is as it was, for a bench that is stopped in between
    try:
        extra_run(project)
        place.git(project, "add", ".mltrack")
        place.git(project, "commit", "-q", "-m", "Record a run")
        grown = sum(_files(project).values()) - sum(before.values())
    finally:
        for path in _files(project).keys() - before.keys():
            path.unlink()
        for path, data in kept.items():
            path.write_bytes(data)
        without_extra(project)
    _whole(project).touch()
    return Measured(grown / 1000)


def _committed(place: Place, project: Path) -> None:
    """Commit the store as it is, by way of `git fast-import`, which writes one pack."""
    if _whole(project).exists():
        return
    shutil.rmtree(project / ".git", ignore_errors=True)  # of a bench that was stopped
    place.git(project, "init", "-q")
    for setting in ("gc.auto=0", "maintenance.auto=false", "core.fsync=none"):
        place.git(project, "config", *setting.split("="))
    importing = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=project, env=place.variables, stdin=subprocess.PIPE
    )
    assert importing.stdin is not None
    who = b"Ada Lovelace <ada@example.org> 1767225600 +0000"
    importing.stdin.write(
        b"feature done\ncommit refs/heads/main\ncommitter %s\ndata 5\nBegin\n" % who
    )
    for number, path in enumerate(_tracked(project)):
        data = path.read_bytes()
        name = path.relative_to(project).as_posix().encode()
        importing.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(data), data))
        if number % 10_000 == 0:
            place.say(f"{number:,} files committed")
    importing.communicate(b"done\n")
    if importing.returncode != 0:
        raise ChildProcessError("git fast-import did not take all of the store")
    place.git(project, "reset", "-q")
    # the first commit also writes into the index what it knows of each folder: 5 MB, once for all
    place.git(project, "commit", "-q", "--allow-empty", "-m", "Know the folders")
    _whole(project).touch()


def _whole(project: Path) -> Path:
    """Return the file that says that the store is committed as it is."""
    return project / ".git" / "committed"


def _tracked(project: Path) -> list[Path]:
    root = project / ".mltrack"
    tops = [root / name for name in (".gitignore", ".gitattributes", "config.yaml")]
    return tops + sorted(path for path in root.glob("runs/*/*/*/*"))


def _files(project: Path) -> dict[Path, int]:
    found = (path for path in (project / ".git").rglob("*") if path.is_file())
    return {path: path.stat().st_size for path in found}


FIGURES = (
    Figure(
        name="commit",
        what="adding one run to 100,000 (300 a day) and committing it: growth of `.git`",
        bar=Bar(20),
        unit="KB",
        measure=_grown,
    ),
)
