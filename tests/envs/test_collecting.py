"""The cache is kept small: what is old, left over or broken goes, and nothing else."""

import os
import shutil
import time
from pathlib import Path

import pytest

from mltrack.envs import cached, collecting, shelf
from mltrack.envs.build import ensure
from mltrack.envs.collecting import Limits
from mltrack.envs.home import Home
from mltrack.envs.items import Item, Kind
from mltrack.envs.spec import Environment, EnvSpec
from mltrack.errors import NotFoundError, UsageError
from tests.support.wheels import write_source

DAY = 86_400.0
NEVER = Limits(seconds=1000 * DAY)


def built(home: Home, days_ago: float = 0.0, **variables: str) -> Environment:
    """Return an environment that was used last so many days ago."""
    environment = ensure(EnvSpec(variables=variables), home)
    assert environment.id
    then = time.time() - days_ago * DAY
    os.utime(home.env(environment.id) / shelf.MARKER, (then, then))
    return environment


def names(items: list[Item]) -> list[str]:
    return [item.name for item in items]


def test_what_was_not_used_for_long_goes(home: Home) -> None:
    old, new = built(home, 40, A="1"), built(home, 20, A="2")

    items = collecting.planned(home, Limits(seconds=30 * DAY))
    gone = collecting.collect(home, items)

    assert names(gone) == [old.id]
    assert not old.python.exists()
    assert new.python.exists()
    assert len(list(home.keys.iterdir())) == 2


def test_using_an_environment_makes_it_young_again(home: Home) -> None:
    built(home, 40)
    ensure(EnvSpec(), home)

    assert collecting.planned(home, Limits(seconds=30 * DAY)) == []


def test_above_a_size_those_go_that_were_not_used_for_longest(home: Home) -> None:
    oldest, older, newest = (built(home, days, A=str(days)) for days in (3, 2, 1))
    each = cached.named(newest.id or "", home).own_bytes

    items = collecting.planned(home, Limits(seconds=NEVER.seconds, size_bytes=each * 2 + 10))

    assert names(items) == [oldest.id]
    assert older.id


def test_what_was_used_a_moment_ago_stays_however_much_there_is(home: Home) -> None:
    built(home)

    assert collecting.planned(home, Limits(seconds=NEVER.seconds, size_bytes=0)) == []


def test_what_a_build_left_that_is_gone_goes(home: Home) -> None:
    kept = built(home)
    for name in ("abcdefgh", "0123456789abcdef0123"):
        (home.env(name) / "bin").mkdir(parents=True)

    gone = collecting.collect(home, collecting.planned(home, NEVER))

    assert [item.kind for item in gone] == [Kind.LEFTOVER, Kind.LEFTOVER]
    assert [folder.name for folder in home.envs.iterdir()] == [kept.id]


def test_scratch_of_a_process_that_is_gone_goes_after_a_while(home: Home) -> None:
    built(home)
    for name in ("999999999.abcdefgh", f"{os.getpid()}.abcdefgh", "mine"):
        (home.tmp / name).mkdir(parents=True)
        os.utime(home.tmp / name, (1, 1))
    (home.tmp / "999999999.bcdefghi").mkdir()

    assert names(collecting.planned(home, NEVER)) == ["tmp/999999999.abcdefgh"]


def test_an_environment_whose_python_is_gone_goes(home: Home) -> None:
    environment = built(home)
    environment.python.unlink()

    items = collecting.planned(home, NEVER)

    assert names(items) == [environment.id]
    assert "its Python is gone" in items[0].why


def test_an_installer_of_another_python_goes_when_nobody_uses_it(home: Home) -> None:
    for version in ("3.9.1", "3.11.7"):
        folder = home.installer(version)
        (folder / "bin").mkdir(parents=True)
        if version == "3.11.7":
            (folder / "bin" / "python").touch()

    assert names(collecting.planned(home, NEVER)) == ["installer-3.9.1"]


def test_an_environment_whose_folder_in_place_is_gone_goes(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    write_source(tmp_path / "lib", "own")
    (tmp_path / "requirements.txt").write_text("-e ./lib\n")
    environment = ensure(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)
    while_it_is_there = collecting.planned(home, NEVER)

    shutil.rmtree(tmp_path / "lib")
    items = collecting.planned(home, NEVER)

    assert while_it_is_there == []
    assert names(items) == [environment.id]
    assert items[0].why == f"what it uses in place is gone: {tmp_path / 'lib'}"


def test_an_environment_of_a_newer_mltrack_is_left_alone(home: Home) -> None:
    folder = home.env("abcdefgh")
    folder.mkdir(parents=True)
    (folder / shelf.MARKER).write_text('{"format": 2, "other": true}')

    assert collecting.planned(home, Limits(seconds=0)) == []
    assert cached.environments(home) == []


def test_a_size_counts_a_file_once_and_tells_what_is_shared(home: Home, tmp_path: Path) -> None:
    environment = built(home)
    folder = home.env(environment.id or "")
    before = cached.named(environment.id or "", home)
    (folder / "mine").write_bytes(b"x" * 100_000)
    os.link(folder / "mine", folder / "again")
    (folder / "lent").write_bytes(b"x" * 100_000)
    os.link(folder / "lent", home.root / "in the cache of an installer")

    after = cached.named(environment.id or "", home)

    assert 200_000 <= after.size_bytes - before.size_bytes < 240_000
    assert 100_000 <= after.own_bytes - before.own_bytes < 140_000


@pytest.mark.parametrize("text", ["", "30", "d", "-3d", "3y", "1.5d"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no age"):
        collecting.limits_of(text, None)


@pytest.mark.parametrize("text", ["", "G", "-3G", "3X", "a lot"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no size"):
        collecting.limits_of("30d", text)


def test_ages_and_sizes_are_read_in_their_units() -> None:
    assert collecting.limits_of("12h", "1.5G") == Limits(
        seconds=12 * 3600, size_bytes=1_500_000_000
    )


def test_an_environment_is_named_by_the_beginning_of_its_id_or_key(home: Home) -> None:
    environment = built(home)
    assert environment.id
    assert environment.key

    assert cached.named(environment.id[:4], home).id == environment.id
    assert cached.named(environment.key[:8], home).id == environment.id
    for absent in ("", "00000000000", "../envs"):
        with pytest.raises((NotFoundError, UsageError)):
            cached.named(absent, home)
