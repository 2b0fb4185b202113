"""Where in git a run may still live: at the tips that anything leads to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mltrack.gc.history import contents
from mltrack.gc.mentions import runs_in
from mltrack.gc.repository import AS_WRITTEN, Repository, other_commits
from mltrack.gc.sight import Sight
from mltrack.store import git
from mltrack.store.layout import METRICS, run_in

_STASH = "refs/stash"


def tips_of(repository: Repository) -> dict[str, str]:
    """Return the commits at which the repository may be taken up again, each with its name.

    These are the ends of all branches, remote ones too, tags, the HEAD of every work tree, stash
    entries with what they hold apart, commits that only a reflog leads to, and those of an
    unfinished merge or rebase.

    Raises:
        GitError: git did not answer.
    """
    tips = dict.fromkeys(other_commits(repository), "an unfinished merge or rebase")
    tips |= dict.fromkeys(_only_in_reflogs(repository), "a reflog")
    names = _lines(repository, "for-each-ref", "--format=%(objectname) %(refname)")
    refs = [tuple(line.split(" ", 1)) for line in names]
    if any(name == _STASH for _, name in refs):
        for how in ("--no-walk", "--walk-reflogs"):  # its reflog may have expired
            stashed = _lines(repository, "log", how, "--format=%H %P", _STASH)
            tips |= dict.fromkeys((w for line in stashed for w in line.split()), "a stash")
    for tree in repository.trees:
        head = git.answer_or_none("rev-parse", "--verify", "--quiet", "HEAD", cwd=tree.top)
        tips |= {head: f"HEAD of {tree.top}"} if head else {}
    return tips | {name: _short(ref) for name, ref in refs if ref != _STASH}


def _lines(repository: Repository, *words: str) -> list[str]:
    return git.git(*words, cwd=repository.top, env=AS_WRITTEN).splitlines()


def _short(ref: str) -> str:
    for start in ("refs/heads/", "refs/remotes/", "refs/tags/", "refs/"):
        if ref.startswith(start):
            return ref.removeprefix(start)
    return ref


def _only_in_reflogs(repository: Repository) -> Iterator[str]:
    """Yield the last of the commits that only a reflog leads to."""
    lines = _lines(repository, "rev-list", "--parents", "--reflog", "--not", "--all")
    parents = {parent for line in lines for parent in line.split()[1:]}
    yield from (line.split()[0] for line in lines if line.split()[0] not in parents)


class AtTips(NamedTuple):
    """What the tips show.

    Attributes:
        sights: by run and tip, where the tip has the run.
        registered: the runs that an event of a model names, with the name of a tip that has it.
    """

    sights: Mapping[tuple[str, str], Sight]
    registered: Mapping[str, str]


def seen_at(repository: Repository, tips: Mapping[str, str], runs: Sequence[str]) -> AtTips:
    """Return what tips show of runs.

    Raises:
        GitError: git did not answer.
    """
    days = sorted({(run[:6], run[6:8]) for run in runs})
    places = {
        (tip, kind, month + day): f"{tip}:{repository.store}/{kind}/{month}/{day}"
        for tip in tips
        for kind in ("runs", "annotations")
        for month, day in days
    }
    trees = dict(zip(places, _names_of(repository, places.values()), strict=True))
    listed = _listings(repository, {name for name in trees.values() if name})
    folders = {
        (run, tip, name): f"{places[tip, 'runs', run[:8]]}/{name}/{METRICS}"
        for run in runs
        for tip in tips
        for name in listed.get(trees[tip, "runs", run[:8]], ())
        if run_in(name) == run
    }
    sizes = dict(zip(folders, _sizes_of(repository, folders.values()), strict=True))
    sights: dict[tuple[str, str], Sight] = {}
    for run, tip in {(run, tip) for run, tip, _ in folders}:
        said = listed.get(trees[tip, "annotations", run[:8]], ())
        sights[run, tip] = Sight(
            frozenset(name for name in said if name.startswith(f"{run}.")),
            {name: size for (r, t, name), size in sizes.items() if (r, t) == (run, tip)},
        )
    return AtTips(sights, _registered(repository, tips, runs))


def _checked(repository: Repository, names: Iterable[str], form: str) -> list[str]:
    """Return git's answer to each name, empty where there is no such thing."""
    asked = "".join(f"{name}\n" for name in names).encode()
    if not asked:
        return []
    words = ("cat-file", f"--batch-check={form}")
    answer = git.git_bytes(*words, cwd=repository.top, stdin=asked, env=AS_WRITTEN)
    return ["" if line.endswith(" missing") else line for line in answer.decode().splitlines()]


def _names_of(repository: Repository, names: Iterable[str]) -> list[str]:
    return _checked(repository, names, "%(objectname)")


def _sizes_of(repository: Repository, names: Iterable[str]) -> list[int]:
    found = _checked(repository, names, "%(objectsize)")
    return [int(size) if size.isdecimal() else 0 for size in found]


def _listings(repository: Repository, trees: set[str]) -> dict[str, list[str]]:
    """Return the names in each of some folders, by the name that git has for the folder."""
    ordered = sorted(trees)
    found: dict[str, list[str]] = {}
    for name, (kind, file, size) in zip(ordered, contents(repository, ordered), strict=True):
        data = file.read(size)
        found[name] = _names_in(data, len(name) // 2) if kind == "tree" else []
    return found


def _names_in(tree: bytes, digest_bytes: int) -> list[str]:
    """Return the names in a tree object: `mode name NUL digest`, one after the other."""
    names: list[str] = []
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        names.append(tree[at:end].partition(b" ")[2].decode("utf-8", "replace"))
        at = end + 1 + digest_bytes
    return names


def _registered(
    repository: Repository, tips: Mapping[str, str], runs: Sequence[str]
) -> dict[str, str]:
    """Return the runs that an event of a model at some tip names."""
    places = [f"{tip}:{repository.store}/models" for tip in tips]
    by_tree: dict[str, str] = {}
    for tree, tip in zip(_names_of(repository, places), tips, strict=True):
        by_tree.setdefault(tree, tips[tip])
    by_tree.pop("", None)
    wanted = set(runs)
    events: dict[str, str] = {}
    for tree, tip_name in by_tree.items():
        for line in _lines(repository, "ls-tree", "-r", tree):
            facts, _, path = line.partition("\t")
            if "/events/" in path:
                events.setdefault(facts.split()[2], tip_name)
    found: dict[str, str] = {}
    ordered = sorted(events)
    for name, (_, file, size) in zip(ordered, contents(repository, ordered), strict=True):
        for run in runs_in(file.read(size)) & wanted:
            found.setdefault(run, events[name])
    return found
