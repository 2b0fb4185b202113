"""SIGKILL at random moments: nothing that was acknowledged is lost, and no listing raises."""

import random
from pathlib import Path

from mltrack.api.store import use
from mltrack.store.store import Store
from tests.torture.acts import ALL, CONFIG, Hand
from tests.torture.facts import Facts
from tests.torture.lives import Life, Tell
from tests.torture.reading import Seen, damage, read
from tests.torture.rounds import Round

UNIT = "kills"
PROMISE = "what was acknowledged is there after SIGKILL, and no listing raises"
GOAL = 10_000
KILLS, FEW_KILLS = 10, 6
OPERATIONS = (0, 0, 1, 1, 2, 3, 5, 8, 20)
"""So many operations a worker has acknowledged when the moment of its death is near."""
PATIENCE_SECONDS = 2.0
JITTER_SECONDS = 0.02
LONG_LIFE_SECONDS = 0.4
IN_LISTINGS = {
    "run",
    "name",
    "deleted",
    "param",
    "tag",
    "note",
    "version",
    "event",
    "status",
    "experiment",
}
IN_RUNS = {"point", "file"}
ENDED = ({"finished"}, {"failed"})


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Kill workers on one store, some times, and read it after each."""
    chance = random.Random(seed)
    store = Store.create(folder / "project" / ".mltrack")
    durability = chance.choice(["normal", "normal", "none", "full"])
    store.layout.config.write_text(f"{CONFIG}durability: {durability}\n", encoding="utf-8")
    use(store=str(store.root))
    (folder / "outside").mkdir()
    facts, problems, told = Facts(), [], 0
    kills = FEW_KILLS if small else KILLS
    for number in range(kills):
        life = _killed(chance, store, facts, folder / "outside")
        told += life.told
        broken = [*life.errors, *_wrong(store, facts, life.touched)]
        if broken:
            problems.append(f"kill {number}: " + "; ".join(broken[:5]))
    last = _wrong(store, facts, set(facts.names("run"))) + damage(store.root)
    if last and not problems:
        problems.append("in the end: " + "; ".join(last[:5]))
    return Round(kills, tuple(problems), (("acknowledged", told), ("facts", len(facts.allowed))))


def _killed(chance: random.Random, store: Store, facts: Facts, outside: Path) -> Life:
    """Let a worker live for a random while, sometimes read beside it, and kill it."""
    seed = chance.getrandbits(64)

    def work(tell: Tell) -> None:
        hand = Hand(random.Random(seed), tell, facts, outside)
        while True:
            hand.act(ALL)

    life = Life(work, facts)
    life.listen_to(chance.choice(OPERATIONS), PATIENCE_SECONDS)
    life.listen(chance.uniform(0, JITTER_SECONDS))
    if chance.random() < 0.1:
        life.errors += [f"beside a writer: {line}" for line in _read(store, ()).warnings]
        life.listen(chance.uniform(0, LONG_LIFE_SECONDS))
    life.end()
    _expect_lost(facts, life.touched)
    return life


def _expect_lost(facts: Facts, runs: set[str]) -> None:
    """Let every run whose end was not acknowledged count as lost."""
    for run_id in runs & set(facts.names("run")):
        key = ("status", run_id)
        if (
            facts.allowed.get(key, {None}) not in ENDED
            and ("detached", run_id) not in facts.allowed
        ):
            facts.allowed[key] = {*facts.allowed.get(key, ()), "lost"} - {None, "running"}


def _wrong(store: Store, facts: Facts, closely: set[str]) -> list[str]:
    """Return what is wrong in the listings, and in the runs that are to be looked at closely."""
    seen = _read(store, closely)
    near = Facts()
    near.allowed = {k: v for k, v in facts.allowed.items() if k[1] in closely}
    found = facts.broken(seen.facts, IN_LISTINGS) + near.broken(seen.facts, IN_RUNS)
    return seen.warnings + found


def _read(store: Store, closely: object) -> Seen:
    try:
        return read(store.root, closely if isinstance(closely, set) else ())
    except Exception as error:  # noqa: BLE001 - a listing that raises is what is looked for
        return Seen({}, [f"the listing raised {error!r}"])
