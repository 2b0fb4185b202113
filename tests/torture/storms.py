"""Clones that all work at once: no conflict, nothing lost, and the same tree, the same view."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mltrack.api.store import use
from mltrack.store.store import Store
from tests.support.repository import Repository
from tests.torture import views
from tests.torture.clones import OPERATIONS, Clone, Operations, Record
from tests.torture.merges import ConflictError, Merges
from tests.torture.reading import alarming, damage, read
from tests.torture.rounds import Round

if TYPE_CHECKING:
    from tests.torture.facts import Key, Value

UNIT = "storms"
PROMISE = "clones merge in any way without a conflict or a loss, and the same tree is read alike"
GOAL = 20


class Size(NamedTuple):
    """How large a storm is: so many clones, operations in each, and moves of git in each."""

    clones: int
    operations: int
    moves: int


FULL, SMALL = Size(5, 150, 20), Size(3, 10, 5)


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Let clones work for a while, bring all together, and read it everywhere."""
    chance = random.Random(seed)
    size = SMALL if small else FULL
    host = Repository(folder / "host.git")
    record = Record()
    clones = make_clones(folder, host, size, record, chance)
    merges = Merges(host)
    try:
        storm(clones, merges, size, chance)
        gather(clones, merges)
    except ConflictError as error:
        return Round(1, (str(error),), tuple(sorted(merges.counts.items())))
    problems = [*_lost(clones[0]), *differences(folder, clones)]
    counts = counted(merges, clones, record)
    return Round(1, ("; ".join(problems[:8]),) if problems else (), tuple(sorted(counts.items())))


def counted(merges: Merges, clones: list[Clone], record: Record) -> Counter[str]:
    """Return how often git and the clones did what, and how many facts must be there."""
    counts = Counter(merges.counts)
    for clone in clones:
        counts.update({f"x {name}": count for name, count in clone.done.items()})
    counts["facts"] = len(record.facts.allowed)
    return counts


def make_clones(
    folder: Path,
    host: Repository,
    size: Size,
    record: Record,
    chance: random.Random,
    operations: Operations = OPERATIONS,
) -> list[Clone]:
    """Make a project, and clones of it: the first works on main, the last on other line ends."""
    first = Repository.create(folder / "clone-0")
    store = Store.create(first.path / ".mltrack")
    settings = "format: 1\ndurability: none\nartifacts: {inline_file_bytes: 2000}\n"
    store.layout.config.write_text(settings, encoding="utf-8")
    first.commit("Make the store")
    first.git("tag", "begin")
    first.git("clone", "--quiet", "--bare", str(first.path), str(host.path))
    repos = [first]
    for number in range(1, size.clones):
        repos.append(first.clone(f"clone-{number}"))
        repos[-1].branch(f"work-{number}")
    repos[-1].git("config", "core.autocrlf", "true")
    (folder / "outside").mkdir()
    return [Clone(repo, record, chance, folder / "outside", operations) for repo in repos]


def storm(clones: list[Clone], merges: Merges, size: Size, chance: random.Random) -> None:
    """Let each clone do what it does, and git move work between them, in random order."""
    steps = [(clone, False) for clone in clones for _ in range(size.operations)]
    steps += [(clone, True) for clone in clones for _ in range(size.moves)]
    chance.shuffle(steps)
    moves = (
        *(merges.merge, merges.merge, merges.rebase, merges.cherry_pick),
        *(merges.squash, merges.revert, merges.on_host, merges.copy),
    )
    for clone, is_move in steps:
        if is_move:
            other = chance.choice([c for c in clones if c is not clone])
            for one in (clone, other):
                merges.commit(one)
            chance.choice(moves)(clone, other)
        else:
            clone.operate()
            if chance.random() < 0.3:
                merges.commit(clone)


def gather(clones: list[Clone], merges: Merges) -> None:
    """Bring all work to all clones."""
    for clone in clones:
        merges.commit(clone)
    for clone in clones[1:]:
        merges.merge(clones[0], clone)
    for clone in clones[1:]:
        merges.merge(clone, clones[0])


def _lost(clone: Clone) -> list[str]:
    """Return a line for each acknowledged fact that is not there, and for each alarm."""
    use(store=str(clone.root))
    seen = read(clone.root)
    here: dict[Key, Value] = {("file", name): True for name in clone.events()}
    kinds = {key[0] for key in clone.record.facts.allowed}
    alarms = alarming(seen.warnings) + damage(clone.root, but={"version-missing"})
    return alarms + clone.record.facts.broken({**seen.facts, **here}, kinds)


def differences(folder: Path, clones: list[Clone]) -> list[str]:
    """Return a line for each clone, a fresh one included, that reads the same tree otherwise."""
    fresh = clones[0].repo.clone("fresh")
    repos = [*(clone.repo for clone in clones), fresh]
    found: list[str] = []
    trees = {repo.git("rev-parse", "HEAD^{tree}") for repo in repos}
    if len(trees) != 1:
        found.append("the clones do not have the same tree")
    told = {repo.path.name: views.view(repo.path / ".mltrack") for repo in repos}
    for name, view in told.items():
        if view != told["fresh"]:
            (folder / f"view-{name}.json").write_text(json.dumps(view, indent=1))
            (folder / "view-fresh.json").write_text(json.dumps(told["fresh"], indent=1))
            found.append(f"{name} shows something else than a fresh clone")
    for repo in repos:
        changes = repo.git("status", "--porcelain", "--untracked-files=all")
        if changes:
            found.append(f"git status in {repo.path.name} after reading: {changes[:300]}")
    return found
