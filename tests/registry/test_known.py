"""A process that asks for a model again and again reads no event twice, and misses none."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mltrack
from mltrack.api.registry.models import get_model, get_model_or_version
from mltrack.errors import ConflictError, NotFoundError
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.fold import fold
from mltrack.registry.known import model_in
from mltrack.store.events import EVENT_NAME, Event, encode, read_folder
from tests.registry.clones import MODEL, STAGES, Clone
from tests.registry.project import Project
from tests.registry.stories import story
from tests.registry.test_fold_going_on import ACTIONS

_watched: list[str] = []


def _watch(name: str, args: tuple[object, ...]) -> None:
    if name == "open" and EVENT_NAME.match(Path(str(args[0])).stem):
        _watched.append("read")
    elif name in {"os.listdir", "os.scandir"} and Path(str(args[0])).name == "events":
        _watched.append("listed")


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    sys.addaudithook(_watch)


@pytest.fixture
def watched() -> list[str]:
    """Return what is done to events: each listing of a folder, each read of a file."""
    return _watched


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Return an empty folder for the events of a model."""
    folder = tmp_path / ".mltrack" / "models" / MODEL / "events"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path, *events: Event) -> None:
    for event in events:
        (folder / f"{event.name}.yaml").write_bytes(encode(event))


def asked(folder: Path) -> ModelState:
    return model_in(folder, MODEL, STAGES)


def whole(folder: Path) -> ModelState:
    return fold(read_folder(folder), folder=MODEL, stages=STAGES)


def many(folder: Path, count: int = 30) -> Clone:
    """Put the events of a model with many versions into a folder, and settle."""
    ours = Clone()
    for _ in range(count):
        ours.register()
    put(folder, *ours.events.values())
    settle(folder)
    return ours


def settle(folder: Path) -> None:
    """Ask until the folder's clock has gone on, after which nothing is listed without a reason."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        _watched.clear()
        asked(folder)
        if "listed" not in _watched:
            return
    raise AssertionError("the folder is listed for ever")


def test_where_nothing_came_nothing_is_listed_or_read(events: Path, watched: list[str]) -> None:
    many(events)
    watched.clear()
    asked(events)
    assert watched == []


def test_one_event_that_comes_is_the_only_one_that_is_read(
    events: Path, watched: list[str]
) -> None:
    ours = many(events)
    put(events, ours.promote(ours.state.versions[3].id, "production"))
    watched.clear()
    assert asked(events) == ours.state
    assert watched == ["listed", "read"]


def test_soon_after_a_change_the_folder_is_listed_again(events: Path, watched: list[str]) -> None:
    ours = many(events)
    put(events, ours.promote(ours.state.versions[3].id, "production"))
    asked(events)
    watched.clear()
    asked(events)
    assert watched == ["listed"]


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.integers(0, 2**32))
def test_events_that_come_and_go_in_any_order_say_what_all_that_are_there_say(
    tmp_path_factory: pytest.TempPathFactory,
    actions: list[tuple[str, int, int, int]],
    seed: int,
) -> None:
    random = Random(seed)
    folder = tmp_path_factory.mktemp("store") / ".mltrack" / "models" / MODEL / "events"
    folder.mkdir(parents=True)
    coming = story(actions)
    if random.random() < 0.5:
        random.shuffle(coming)
    while coming:
        count = random.choice([1, 1, 1, 4])
        put(folder, *coming[:count])
        del coming[:count]
        if random.random() < 0.2:
            for path in random.sample(sorted(folder.iterdir()), 1):
                path.unlink()
        assert asked(folder) == whole(folder)


def test_an_event_that_goes_is_forgotten_and_comes_back(events: Path) -> None:
    ours = many(events)
    last = ours.promote(ours.state.versions[0].id, "production")
    put(events, last)
    assert asked(events).holders
    (events / f"{last.name}.yaml").unlink()
    assert asked(events) == whole(events)
    assert not asked(events).holders
    put(events, last)
    assert asked(events) == ours.state


def test_one_that_goes_while_another_comes_is_forgotten(events: Path) -> None:
    ours = many(events)
    theirs = ours.fork()
    mine = ours.promote(ours.state.versions[0].id, "production")
    put(events, mine)
    asked(events)
    other = theirs.promote(theirs.state.versions[1].id, "production")
    (events / f"{mine.name}.yaml").unlink()
    put(events, other)
    assert asked(events) == theirs.state


def test_a_file_that_is_still_being_written_is_read_when_it_is_whole(events: Path) -> None:
    ours = many(events)
    last = ours.promote(ours.state.versions[0].id, "production")
    path = events / f"{last.name}.yaml"
    path.write_bytes(encode(last)[:40])
    settle(events)
    for _ in range(2):
        assert "was changed after it was written" in asked(events).warnings[0]
    time_of_folder = events.stat().st_mtime_ns
    path.write_bytes(encode(last))
    assert events.stat().st_mtime_ns == time_of_folder
    assert asked(events) == ours.state


def test_a_file_that_is_spoiled_later_still_is_the_event_of_its_name(events: Path) -> None:
    ours = many(events)
    first = min(ours.events)
    (events / f"{first}.yaml").write_bytes(b"garbage")
    assert asked(events) == ours.state
    assert "was changed after it was written" in whole(events).warnings[0]


def test_a_folder_in_the_place_of_another_is_another(events: Path) -> None:
    many(events)
    events.rename(events.with_name("moved"))
    events.mkdir()
    ours = Clone()
    ours.register()
    put(events, *ours.events.values())
    assert asked(events) == ours.state


def test_what_is_a_stage_is_asked_each_time(events: Path) -> None:
    ours = many(events)
    ours.promote(ours.state.versions[0].id, "production")
    put(events, *ours.events.values())
    assert asked(events).holders
    free = type(STAGES)(order=STAGES.order)
    assert model_in(events, MODEL, free) == fold(read_folder(events), folder=MODEL, stages=free)
    assert asked(events).holders


def in_threads(ask: Callable[[], object], count: int = 8) -> list[object]:
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(ask())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_threads_that_ask_at_once_are_told_the_same(events: Path) -> None:
    ours = many(events)
    for number in range(5):
        put(events, ours.promote(ours.state.versions[number].id, "production"))
        answers = in_threads(lambda: asked(events))
        assert answers == [ours.state] * 8


def test_a_child_of_a_process_that_was_asking_can_ask(events: Path) -> None:
    ours = many(events)
    last = ours.promote(ours.state.versions[0].id, "staging")
    is_enough = threading.Event()

    def keep_asking() -> None:
        while not is_enough.is_set():
            put(events, last)
            asked(events)
            (events / f"{last.name}.yaml").unlink()
            asked(events)

    thread = threading.Thread(target=keep_asking)
    thread.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                os._exit(0 if asked(events).versions else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        is_enough.set()
        thread.join()


def test_a_stage_that_a_merge_makes_contested_is_refused_by_a_process_that_knew_its_holder(
    project: Project,
) -> None:
    project.register()
    project.register()
    project.repo.commit("Register two versions")
    with pytest.raises(NotFoundError):
        get_model_or_version("models:/churn@production")
    for branch, version in (("ours", "churn/1"), ("theirs", "churn/2")):
        project.on_branch(branch)
        project.promote(version, "production")
        project.repo.commit(f"Promote {version}")
        found = get_model_or_version("models:/churn@production")
        assert isinstance(found, Version)
        assert found.uri == version
    project.repo.checkout("main")
    assert get_model("churn").holders == {}
    project.repo.merge("ours")
    assert get_model("churn").holders
    project.repo.merge("theirs")
    with pytest.raises(ConflictError):
        get_model_or_version("models:/churn@production")
    mltrack.promote_model("churn/2", to="production", reason="theirs it is")
    assert isinstance(get_model_or_version("models:/churn@production"), Version)
