"""A project whose .gitignore names what is in a store: all of the store is added all the same."""

import random
from pathlib import Path

from mltrack.api import commit
from mltrack.api.store import use
from mltrack.store.layout import HIDDEN_FOLDERS
from mltrack.store.store import Store
from tests.registry.project import package
from tests.support.repository import Repository
from tests.torture import views
from tests.torture.acts import ALL, CONFIG, Hand
from tests.torture.facts import Facts
from tests.torture.lives import Life, Tell
from tests.torture.rounds import Round

UNIT = "projects"
PROMISE = "all of a store is added whatever the project ignores; `mltrack add` where it is ignored"
GOAL = 200
PATTERNS = (
    *("models/", "runs/", "artifacts", "experiments", "annotations/", "events", "objects"),
    *("*.csv", "*.pkl", "*.log", "*.png", "*.yaml", "*.yml", "*.jsonl", "*.gz", "*.txt", "*.bin"),
    *("data/", "*.db", "[0-9]*", ".*", "*", "**/metrics*", "/*/runs", "*.lock", "local", "cache"),
)
OF_THE_STORE = (".mltrack", ".mltrack/", "/.mltrack/", ".ml*")
FILES = ("table.csv", "model.pkl", "train.log", "roc.png", "data/x.db", "models/a.bin", "run.yaml")


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Ignore this and that, log runs with such files, add all, and look at what git has."""
    chance = random.Random(seed)
    repo = Repository.create(folder / "project")
    ignores_store = chance.random() < 0.4
    patterns = chance.sample(PATTERNS, chance.randrange(1, 8))
    lines = [p for p in patterns if p not in {"*", ".*"}]
    lines += [chance.choice(OF_THE_STORE)] if ignores_store else []
    repo.write(".gitignore", "".join(f"{line}\n" for line in lines))
    _ignore_for_the_user(repo, folder, chance)
    repo.git("add", "--force", ".gitignore")
    repo.commit("Ignore")
    store = Store.create(repo.path / ".mltrack")
    store.layout.config.write_text(CONFIG, encoding="utf-8")
    use(store=str(store.root))
    errors = _worked(folder, chance.getrandbits(64), acts=8 if small else 25)
    if ignores_store:
        commit.add_all()
    else:
        repo.git("add", "--all")
    errors += _not_added(repo, store)
    repo.git("commit", "--quiet", "--message", "Record runs")
    errors += _differences(repo, store)
    problems = (f"{lines}: " + "; ".join(errors[:5]),) if errors else ()
    return Round(1, problems, (("with the store ignored", int(ignores_store)),))


def _ignore_for_the_user(repo: Repository, folder: Path, chance: random.Random) -> None:
    """Let the user's own list of ignored files name some too."""
    own = folder / "ignored"
    own.write_text("".join(f"{line}\n" for line in chance.sample(PATTERNS[:17], 4)))
    repo.git("config", "core.excludesFile", str(own))


def _worked(folder: Path, seed: int, *, acts: int) -> list[str]:
    outside = folder / "outside"
    for name in FILES:
        path = outside / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    def work(tell: Tell) -> None:
        hand = Hand(random.Random(seed), tell, Facts(), outside)
        run = hand.run()
        run.log_artifacts(outside / "files")
        run.log_artifact(package(outside / "package", "w"), "model")
        hand.finish_all()
        for _ in range(acts):
            hand.act(ALL)
        hand.finish_all()

    life = Life(work, Facts())
    life.listen(60)
    life.end()
    return life.errors


def _not_added(repo: Repository, store: Store) -> list[str]:
    here = {
        path.relative_to(repo.path).as_posix()
        for path in store.root.rglob("*")
        if path.is_file() and path.relative_to(store.root).parts[0] not in HIDDEN_FOLDERS
    }
    names = repo.git("-c", "core.quotePath=false", "ls-files", ".mltrack")
    added = set(names.splitlines())
    return [f"not added: {path}" for path in sorted(here - added)] + [
        f"added: {path}" for path in sorted(added - here)
    ]


def _differences(repo: Repository, store: Store) -> list[str]:
    """Return a line when a clone shows something else."""
    clone = repo.clone("clone")
    here, there = views.view(store.root), views.view(clone.path / ".mltrack")
    return [f"{key} differ in a clone" for key in here if here[key] != there[key]]
