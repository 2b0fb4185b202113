"""What was in which stage at another time: a replay of a real history says the same."""

import bisect
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mltrack
from mltrack.api.registry.models import list_models
from mltrack.api.registry.promoting import moved_fact
from mltrack.errors import IntegrityError, NotFoundError, UsageError
from mltrack.registry.entities import ModelState, Source
from mltrack.registry.facts import Fact, Registered
from mltrack.registry.past.entities import PastRegistry
from mltrack.registry.past.timeline import Timeline
from mltrack.registry.policy import move_to
from mltrack.registry.reader import stages_of
from mltrack.registry.writing import append, changing
from mltrack.store.branches import Tip
from mltrack.store.ids import new_id
from tests.registry.project import Project
from tests.support.cli import Cli

START = 2_000_000_000  # later than the commits that every project begins with
STEP = 1_000
COMMITS = 60
MOMENTS = 1_000
CANARY = "{dev: {}, canary: {exclusive: true}, production: {exclusive: true}, archived: {}}"
Held = Mapping[tuple[str, str], frozenset[str]]


class Past:
    """A project whose commits are made at moments that a test chooses."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.now = START
        self._patch = monkeypatch

    def commit(self, after: int = STEP) -> str:
        self.now += after
        self._patch.setenv("GIT_COMMITTER_DATE", f"@{self.now} +0000")
        return self.project.repo.commit("Go on")

    def merge(self, branch: str, after: int = STEP) -> str:
        self.now += after
        self._patch.setenv("GIT_COMMITTER_DATE", f"@{self.now} +0000")
        return self.project.repo.merge(branch)

    def register(self, model: str = "churn") -> None:
        """Register a version of which there is the event and no file."""
        fact = Registered(
            version=new_id(self.now),
            proposed=1,
            stage=stages_of(self.project.store).first,
            digest="0" * 64,
            flavor="sklearn",
            source=Source(run=None, path="model"),
        )
        self._say(model, lambda _: fact)

    def promote(self, number: int, stage: str, model: str = "churn") -> None:
        """Move the version that was registered as the so many-th, whatever its stage is."""
        store = self.project.store

        def fact(state: ModelState) -> Fact:
            version = state.versions[number % len(state.versions)]
            return moved_fact(store, move_to(state, stages_of(store), version, stage))

        self._say(model, fact)

    def _say(self, model: str, fact: Callable[[ModelState], Fact]) -> None:
        store = self.project.store
        with changing(store, model, stages_of(store)) as state:
            append(store, state, fact(state), name=model, reason="because")

    def held(self) -> Held:
        """Return what the work tree says now."""
        return holders(list_models().models)


def holders(models: Iterable[ModelState]) -> Held:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for state in models:
        found |= {(state.name, stage): frozenset({v}) for stage, v in state.holders.items()}
        found |= {(state.name, stage): frozenset(ids) for stage, ids in state.contested.items()}
    return found


def at(seconds: float) -> PastRegistry:
    return mltrack.registry_at(datetime.fromtimestamp(seconds, UTC))


def held(past: PastRegistry) -> Held:
    return {(s.model, s.stage): frozenset(v.id for v in s.versions) for s in past.standings}


@pytest.fixture
def past(project: Project, monkeypatch: pytest.MonkeyPatch) -> Past:
    project.repo.git("config", "gc.auto", "0")
    return Past(project, monkeypatch)


def live(past: Past, choose: random.Random) -> Iterator[tuple[int, Held]]:
    """Work on a registry, alone and on branches; yield what each commit of main held."""
    repo = past.project.repo
    for model in ("churn", "fraud"):
        past.register(model)
    for number in range(COMMITS):
        model = choose.choice(["churn", "fraud"])
        if choose.random() < 0.2:
            past.register(model)
        if number == COMMITS // 2:
            repo.write(".mltrack/config.yaml", f"format: 1\nstages: {CANARY}\n")
        stages = sorted(stages_of(past.project.store).exclusive)
        if choose.random() < 0.2:
            name = f"side-{number}"
            repo.branch(name)
            past.promote(choose.randrange(9), choose.choice(stages), model)
            past.commit()
            repo.checkout("main")
            past.promote(choose.randrange(9), choose.choice(stages), model)
            past.commit()
            yield past.now, past.held()
            past.merge(name)
        else:
            past.promote(choose.randrange(9), choose.choice(stages), model)
            past.commit(after=choose.choice([0, STEP]))
        yield past.now, past.held()


def test_a_thousand_past_moments_equal_a_replay(past: Past) -> None:
    choose = random.Random(7)
    replay = list(live(past, choose))
    times = [time for time, _ in replay]
    asked = [choose.uniform(START - STEP, past.now + STEP) for _ in range(MOMENTS)]
    repo, contested = past.project.repo, 0
    timeline = Timeline(past.project.store, repo.path, Tip("main", repo.git("rev-parse", "main")))
    for number, moment in enumerate([*times, *asked]):
        place = bisect.bisect_right(times, moment) - 1
        expected = replay[place][1] if place >= 0 else {}
        assert held(timeline.at(datetime.fromtimestamp(moment, UTC))) == expected
        assert number % 20 or held(at(moment)) == expected
        contested += any(len(versions) > 1 for versions in expected.values())
    assert contested > 0
    assert len({tuple(sorted(map(str, state.items()))) for _, state in replay}) > COMMITS // 3


def test_a_promotion_counts_from_when_the_index_branch_has_it(past: Past) -> None:
    past.register()
    before = past.commit()
    past.project.repo.branch("feature")
    past.promote(0, "production")
    past.commit()
    written = past.now
    past.project.repo.checkout("main")
    past.merge("feature")
    assert held(at(written)) == {}
    assert at(written).commit == before
    assert len(held(at(past.now))) == 1
    assert at(past.now).branch == "main"


def test_by_event_a_promotion_counts_from_when_its_author_made_it(past: Past) -> None:
    past.register()
    past.promote(0, "staging")
    past.promote(0, "production")
    entries = mltrack.registry_history()
    assert mltrack.registry_at(entries[0].time, by="event").standings == ()
    (then,) = mltrack.registry_at(entries[1].time, by="event").standings
    assert (then.stage, then.versions[0].stage) == ("staging", "staging")
    assert then.movers[0] == entries[1]


def test_a_name_that_is_no_moment_is_a_commit(past: Past) -> None:
    past.register()
    past.promote(0, "production")
    commit = past.commit()
    past.promote(0, "staging")
    past.commit()
    for name in (commit, commit[:9], "HEAD~1", "main~1"):
        (standing,) = mltrack.registry_at(name).standings
        assert standing.stage == "production"
    with pytest.raises(NotFoundError, match="no moment such as"):
        mltrack.registry_at("yesterday")
    with pytest.raises(UsageError, match="no moment"):
        mltrack.registry_at("HEAD", by="event")


def test_of_dates_that_go_back_the_later_commit_counts_and_that_is_told(past: Past) -> None:
    past.register()
    past.promote(0, "staging")
    past.commit(after=10 * STEP)
    fast = past.now
    past.promote(0, "production")
    past.commit(after=-5 * STEP)
    found = at(past.now)
    assert [s.stage for s in found.standings] == ["production"]
    assert "dated later" in found.notes[0]
    assert at(fast).notes == ()


def test_the_remote_counts_where_it_has_all_that_is_here_and_more(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.register()
    past.commit()
    clone = past.project.repo.clone("clone")
    past.promote(0, "production")
    commit = past.commit()
    clone.git("fetch", "--quiet")
    monkeypatch.chdir(clone.path)
    assert (at(past.now).commit, at(past.now).branch) == (commit, "origin/main")
    clone.write("other.txt", "mine\n")
    mine = clone.commit("Mine")
    assert (at(past.now).commit, at(past.now).branch) == (mine, "main")


def test_stages_are_those_that_were_set_then(past: Past) -> None:
    past.register()
    past.promote(0, "production")
    past.commit()
    then = past.now
    past.project.repo.write(".mltrack/config.yaml", f"format: 1\nstages: {CANARY}\n")
    past.promote(0, "canary")
    past.commit()
    assert [s.stage for s in at(past.now).standings] == ["canary"]
    assert [s.stage for s in at(then).standings] == ["production"]


def test_before_the_first_commit_nothing_held_and_that_is_said(past: Past) -> None:
    found = at(10)
    assert (found.standings, found.commit) == ((), None)
    assert "main had no commit by then" in found.notes[0]


def test_a_model_that_had_no_version_then_is_named_with_the_nearest(past: Past) -> None:
    past.register()
    past.commit()
    with pytest.raises(NotFoundError, match="did you mean churn"):
        mltrack.registry_at("HEAD", "chrun")
    with pytest.raises(NotFoundError, match="there was no model 'churn' then"):
        mltrack.registry_at("HEAD~1", "churn")


def test_a_config_file_that_was_broken_then_is_named_with_its_commit(past: Past) -> None:
    past.project.repo.write(".mltrack/config.yaml", "stages: [\n")
    commit = past.commit()
    past.project.repo.write(".mltrack/config.yaml", "format: 1\n")
    with pytest.raises(IntegrityError, match=commit[:10]):
        mltrack.registry_at(commit)


def test_without_git_only_the_events_tell(tmp_path: Path, cli: Cli) -> None:
    cli("init")
    refused = cli("registry", "at", "2026-08-01")
    assert (refused.code, "--by event" in refused.err) == (3, True)
    assert cli("registry", "at", "2026-08-01", "--by", "event").code == 0


def test_the_command_says_which_commit_tells_it(past: Past, cli: Cli) -> None:
    past.register()
    past.promote(0, "production")
    commit = past.commit()
    folder = past.project.repo.path
    done = cli("--utc", "registry", "at", "2040-12-01", "churn", cwd=folder)
    assert done.out.splitlines()[1].split()[:3] == ["churn", "production", "v1"]
    assert f"as commit {commit[:12]} of main has it" in done.err
    document = cli("registry", "at", "HEAD", "--output", "json", cwd=folder).json()
    assert (document["commit"], document["moment"]) == (commit, None)
    assert document["stages"][0]["reason"] == "because"
