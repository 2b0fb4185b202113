"""As long as somebody uses an environment nobody removes it."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.envs import cached, collecting, leases, shelf
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import Environment, EnvSpec
from mltrack.errors import ConflictError
from mltrack.store.liveness import mark_of_this_process

LIMITS = collecting.Limits(seconds=0.0)


@pytest.fixture
def environment(home: Home) -> Environment:
    """Return an environment that nobody uses, and that was not used for long."""
    built = ensure(EnvSpec(), home)
    assert built.id
    os.utime(home.env(built.id) / shelf.MARKER, (1, 1))
    return built


def lease_of(mark: dict[str, object], environment: Environment, home: Home) -> Path:
    assert environment.id
    folder = home.leases(environment.id)
    folder.mkdir(parents=True)
    (folder / "1.abcdefgh.lease").write_text(json.dumps(mark))
    return folder


def test_who_uses_an_environment_is_known_until_the_end(
    home: Home, environment: Environment
) -> None:
    assert environment.id
    with leases.held(environment, home), leases.held(environment, home):
        holders = leases.of(environment.id, home)

    assert [holder.pid for holder in holders] == [os.getpid(), os.getpid()]
    assert leases.of(environment.id, home) == []
    assert not home.leases(environment.id).exists()


def test_what_is_used_with_the_interpreter_at_hand_is_leased_as_well(home: Home) -> None:
    with leases.held(Environment("local", Path(sys.executable), "3.11.7"), home):
        began = leases.oldest(home)

    assert began < math.inf
    assert leases.oldest(home) == math.inf


def test_data_and_loans_of_a_run_that_goes_on_stay(home: Home, environment: Environment) -> None:
    for number, folder in enumerate((home.data("abc"), home.libraries("x-1")), start=1):
        folder.mkdir(parents=True)
        os.utime(folder, (number, number))
    with leases.held(environment, home):
        lease = next(home.leases(environment.id or "").iterdir())
        os.utime(lease, (61, 61))
        kept = collecting.planned(home, LIMITS)
        os.utime(lease, (61.5, 61.5))
        items = collecting.planned(home, LIMITS)

    assert kept == []
    assert [item.name for item in items] == ["data/abc"]


def test_data_that_comes_into_use_after_it_was_planned_to_go_stays(home: Home) -> None:
    folder = home.data("abc")
    folder.mkdir(parents=True)
    os.utime(folder, (1, 1))
    items = collecting.planned(home, LIMITS)

    shelf.touch(folder)

    assert collecting.collect(home, items) == []
    assert folder.exists()


def test_neither_rm_nor_gc_removes_what_is_in_use(home: Home, environment: Environment) -> None:
    assert environment.id
    with leases.held(environment, home):
        assert collecting.planned(home, LIMITS) == []
        with pytest.raises(ConflictError, match=f"process {os.getpid()}"):
            collecting.remove(cached.named(environment.id, home), home)

    assert environment.python.exists()
    assert shelf.is_whole(home.env(environment.id))


def test_what_comes_into_use_after_it_was_planned_to_go_stays(
    home: Home, environment: Environment
) -> None:
    items = collecting.planned(home, LIMITS)
    assert [item.name for item in items] == [environment.id]

    with leases.held(environment, home):
        assert collecting.collect(home, items) == []

    ensure(EnvSpec(), home)
    assert collecting.collect(home, items) == []
    assert environment.python.exists()


def test_a_lease_of_a_process_that_is_gone_counts_no_more(
    home: Home, environment: Environment
) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    folder = lease_of({**mark_of_this_process(), "pid": int(gone.stdout)}, environment, home)

    assert leases.of(folder.name, home) == []
    assert not folder.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}"])
def test_a_lease_that_cannot_be_read_counts_no_more(
    home: Home, environment: Environment, content: str
) -> None:
    folder = lease_of({}, environment, home)
    next(folder.iterdir()).write_text(content)

    assert leases.of(folder.name, home) == []


def test_a_lease_of_another_machine_counts_until_it_is_long_forgotten(
    home: Home, environment: Environment
) -> None:
    folder = lease_of({"host": "elsewhere", "pid": 7}, environment, home)

    assert [str(lease) for lease in leases.of(folder.name, home)] == ["process 7 on elsewhere"]
    os.utime(next(folder.iterdir()), (1, 1))
    assert leases.of(folder.name, home) == []


def test_who_comes_when_it_is_removed_is_told(home: Home, environment: Environment) -> None:
    assert environment.id
    collecting.remove(cached.named(environment.id, home), home)

    with pytest.raises(ConflictError, match="removed a moment ago"), leases.held(environment, home):
        pass

    assert ensure(EnvSpec(), home).python.exists()
