"""Git at work under a live writer: nothing that was acknowledged is lost, `running` never comes in.

In half of the rounds the writer does everything that it can. In the others it only logs, for there
the commands have `clean -fd` among them, which takes what has ended and was not added, as it must.
"""

import random
import time
from collections import Counter
from pathlib import Path

from mltrack.api.store import use
from mltrack.store.store import Store
from tests.support.repository import Repository
from tests.torture.acts import ALL, CONFIG, LOGGING, Acts, Hand
from tests.torture.commands import asked
from tests.torture.facts import Facts, Key
from tests.torture.lives import Life, Tell
from tests.torture.reading import alarming, damage, read
from tests.torture.rounds import Round

UNIT = "git commands"
PROMISE = "git at work under a live run takes nothing that was acknowledged, nor commits `running`"
GOAL = 2_000
MOMENTS, FEW_MOMENTS = 16, 8
PAUSE_SECONDS = (0.005, 0.15)
REST_SECONDS = 1.6
"""Longer than a writer needs to see that its journal was taken away."""
SURE = {"run", "experiment", "param", "tag", "note", "version", "event", "point", "file"}
"""What no other writer can overrule who sees another part of the store, as on another branch."""
STASH = ("stash", "push", "--quiet", "--include-untracked")
COMMANDS = (
    ("add", "--all"),
    ("commit", "--quiet", "--all", "--message", "Commit"),
    STASH,
    ("stash", "pop", "--quiet"),
    ("checkout", "--quiet", "older"),
    ("checkout", "--quiet", "main"),
    ("checkout", "--quiet", "side"),
    ("rebase", "--quiet", "side"),
)
CLEAN = ("clean", "-fd", "--quiet")


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Let git work while a writer lives, gather all branches, and read them."""
    chance = random.Random(seed)
    repo = Repository.create(folder / "project")
    repo.branch("older")
    repo.checkout("main")
    store = Store.create(repo.path / ".mltrack")
    store.layout.config.write_text(f"{CONFIG}index_branch: unused\n", encoding="utf-8")
    use(store=str(store.root))
    (folder / "outside").mkdir()
    facts = Facts()
    errors = _work_on(repo, facts, folder, chance, "main")
    repo.branch("side")
    errors += _work_on(repo, facts, folder, chance, "side")
    repo.checkout("main")
    counts: Counter[str] = Counter()
    moments = FEW_MOMENTS if small else MOMENTS
    more, exposed = _under_a_writer(repo, facts, folder, chance, moments, counts)
    errors += more + _gathered(repo) + _wrong(repo, store, facts, exposed, counts)
    problems = ("; ".join(errors[:6]),) if errors else ()
    return Round(moments, problems, tuple(sorted(counts.items())))


def _work_on(
    repo: Repository, facts: Facts, folder: Path, chance: random.Random, branch: str
) -> list[str]:
    """Make some runs, and commit them on the branch that is checked out."""
    seed = chance.getrandbits(64)

    def work(tell: Tell) -> None:
        hand = Hand(random.Random(seed), tell, facts, folder / "outside")
        for _ in range(20):
            hand.act(ALL)
        hand.finish_all()

    life = Life(work, facts)
    life.listen(60)
    life.end()
    repo.commit(f"Work on {branch}")
    return life.errors


def _under_a_writer(
    repo: Repository,
    facts: Facts,
    folder: Path,
    chance: random.Random,
    moments: int,
    counts: Counter[str],
) -> tuple[list[str], set[Key]]:
    seed, only_logs = chance.getrandbits(64), chance.random() < 0.5
    acts: Acts = LOGGING if only_logs else ALL
    stop = folder / "stop"

    def work(tell: Tell) -> None:
        hand = Hand(random.Random(seed), tell, facts, folder / "outside", lenient=True)
        while not stop.exists():
            hand.act(acts)
            time.sleep(0.002)
        hand.finish_all()

    life = Life(work, facts)
    exposed: set[Key] = set()
    for _ in range(moments):
        life.listen(chance.uniform(*PAUSE_SECONDS))
        command = chance.choice((*COMMANDS, CLEAN, CLEAN) if only_logs else COMMANDS)
        life.heard.clear()
        done = asked(repo, *command)
        life.listen(0.01)
        if command == STASH:
            exposed |= _exposed(life.heard)
        counts[f"x git {command[0]}" + (", refused" if done.returncode else "")] += 1
        if done.returncode and command[0] == "rebase":
            asked(repo, "rebase", "--abort")
    life.listen(REST_SECONDS)
    if chance.random() < 0.5:
        stop.touch()
        life.listen(60)
    life.end()
    counts["acknowledged"] += life.told
    counts["refused"] += life.refused
    return life.errors, exposed


def _exposed(heard: list[Key]) -> set[Key]:
    """Return what came into git's sight while it stashed.

    `git stash -u` saves the files that git does not know, and then removes all of them; a file that
    comes in between is removed and not saved, whoever wrote it.
    """
    ended = {("run", key[1]) for key in heard if key[0] == "status"}
    said = {key for key in heard if key[0] in {"tag", "note", "version", "event", "experiment"}}
    return said | ended


def _gathered(repo: Repository) -> list[str]:
    """Bring everything that is in a stash or on a branch to main; return what cannot be brought."""
    found: list[str] = []
    repo.commit("Add what is left")
    while asked(repo, "rev-parse", "--verify", "--quiet", "refs/stash").returncode == 0:
        done = asked(repo, "stash", "pop", "--quiet")
        if done.returncode:
            return [f"git stash pop: {done.stdout}{done.stderr}"]
        repo.commit("Take it out of the stash")
    here = asked(repo, "rev-parse", "HEAD").stdout.strip()
    repo.checkout("main")
    for name in (here, "side", "older"):
        done = asked(repo, "merge", "--quiet", "--no-edit", name)
        if done.returncode:
            found.append(f"git merge {name}: {done.stdout}{done.stderr}")
    return found


def _wrong(
    repo: Repository, store: Store, facts: Facts, exposed: set[Key], counts: Counter[str]
) -> list[str]:
    """Return what is missing, what git should not have got, and what reading changed."""

    def work(tell: Tell) -> None:
        hand = Hand(random.Random(0), tell, facts, repo.path.parent / "outside")
        hand.begin()  # whatever was killed is settled by the next write
        hand.finish_all()

    life = Life(work, facts)
    life.listen(60)
    life.end()
    repo.commit("Add what was settled")
    seen = read(store.root, set(facts.names("run")))
    between = Facts()
    keys = [key for key in facts.allowed if key in exposed or ("run", key[1]) in exposed]
    between.allowed = {key: facts.allowed.pop(key) for key in keys}
    counts["taken by stash"] += bool(between.broken(seen.facts, SURE))
    found = life.errors + alarming(seen.warnings) + facts.broken(seen.facts, SURE)
    open_ = {key[1] for key, v in seen.facts.items() if key[0] == "status" and v == "running"}
    held = set(facts.names("run")) - set(facts.names("detached"))
    found += [f"{run} is running" for run in open_ & held]
    if changes := repo.git("status", "--porcelain"):
        found.append(f"git status after reading: {changes}")
    if not counts["taken by stash"]:
        found += damage(store.root)
    return found + _should_not_be_in_git(repo)


def _should_not_be_in_git(repo: Repository) -> list[str]:
    """Return the runs that are in some commit without their end, and what hid runs from git."""
    commits = repo.git("rev-list", "--all", "--reflog").split()
    found = asked(repo, "grep", "-l", 'status: "running"', *commits, "--", "*/run.yaml")
    running = [line for line in found.stdout.split() if not _has_ended(repo, line)]
    names = repo.git("log", "--all", "--reflog", "--format=", "--name-only", "--", "*/.gitignore")
    hidden = {name for name in names.splitlines() if name != ".mltrack/.gitignore"}
    return [f"in git: {name}" for name in (*running, *sorted(hidden))]


def _has_ended(repo: Repository, record: str) -> bool:
    """Tell whether a writer says in the same commit how the run of this record ended."""
    commit, _, path = record.partition(":")
    folder = path.removesuffix("/run.yaml")
    journals = [f"{folder}/metrics.jsonl", f"{folder}+*/metrics.jsonl"]
    return asked(repo, "grep", "-q", '"ended"', commit, "--", *journals).returncode == 0
