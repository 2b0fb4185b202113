"""mltrack env: what people see of environments."""

import os
from pathlib import Path

import pytest

from mltrack.envs import leases, shelf
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal
from tests.support.wheels import write_wheel

PROJECT = """\
format: 1
name: trial
env: {requirements: [tiny]}
entry_points:
  main: {command: [python, -c, "import tiny; print(tiny.VERSION)"]}
"""


@pytest.fixture
def folder(repo: Repository, wheels: Path) -> Path:
    """Return a project that needs `tiny`, in a folder with a space and another alphabet."""
    repo.write("mein Häuschen 家/project.yaml", PROJECT)
    return repo.path / "mein Häuschen 家"


def test_a_project_is_built_ahead_and_then_runs_at_once(folder: Path, cli: Cli) -> None:
    built = cli("env", "build", cwd=folder)
    ran = cli("run", ".", cwd=folder)

    assert (built.code, ran.code, ran.out) == (0, 0, "1.0\n")
    assert "making environment" in built.err
    assert "1 package" in built.err
    assert "making environment" not in ran.err


def test_on_a_terminal_one_line_tells_how_far_a_build_is_and_goes_away(folder: Path) -> None:
    seen = on_a_terminal("env", "build", cwd=folder)

    assert seen.code == 0
    first, *others = seen.text.split("\r\x1b[K")[1:]
    assert first.startswith("making environment")
    assert any("install" in line for line in others)
    assert others[-1].startswith("environment ")
    assert "\n" not in "".join([first, *others[:-1]])


def test_building_again_builds_nothing(folder: Path, cli: Cli, home: Home) -> None:
    for _ in range(2):
        assert cli("env", "build", str(folder)).code == 0

    assert len(list(home.envs.iterdir())) == 1


def test_upgrade_takes_newer_versions(folder: Path, cli: Cli, wheels: Path) -> None:
    cli("env", "build", cwd=folder)
    write_wheel(wheels, "tiny", "2.0")

    cli("env", "build", "--upgrade", cwd=folder)

    assert cli("run", ".", cwd=folder).out == "2.0\n"


def test_offline_takes_packages_from_a_folder(
    folder: Path, cli: Cli, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("UV_FIND_LINKS")

    without = cli("env", "build", "--offline", cwd=folder)
    built = cli("env", "build", "--offline", "--find-links", "../../wheels", cwd=folder)

    assert without.code == 1
    assert "fix: " in without.err
    assert built.code == 0, built.err


def test_an_empty_cache_says_what_to_do(cli: Cli) -> None:
    assert "mltrack env build" in cli("env", "ls").err


def test_the_listing_tells_of_each_environment_in_every_form(folder: Path, cli: Cli) -> None:
    cli("env", "build", cwd=folder)

    (row,) = cli("env", "ls", "--output", "json").json()["environments"]
    table, text = cli("env", "ls").out, cli("env", "ls", "--output", "csv").out

    assert row["requirements"] == ["tiny"]
    assert row["packages"] == 1
    assert row["size"] >= row["own_size"] > 0
    assert row["in_use"] == []
    assert row["id"] in table
    assert row["key"] in text


def test_an_environment_is_shown_by_its_id_its_key_or_its_project(folder: Path, cli: Cli) -> None:
    cli("env", "build", cwd=folder)
    (row,) = cli("env", "ls", "--output", "json").json()["environments"]

    for what in (row["id"], row["key"][:9], str(folder), str(folder / "project.yaml")):
        shown = cli("env", "show", what)
        assert row["id"] in shown.out, shown.err
        assert "tiny==1.0" in shown.out
        document = cli("env", "show", what, "--output", "json").json()
        assert document["environment"]["id"] == row["id"]
        assert document["environment"]["lock"][0].startswith("tiny==1.0 --hash=sha256:")


def test_showing_an_environment_is_not_using_it(folder: Path, cli: Cli, home: Home) -> None:
    cli("env", "build", cwd=folder)
    (marker,) = home.envs.glob(f"*/{shelf.MARKER}")
    os.utime(marker, (1, 1))

    for what in (marker.parent.name, str(folder)):
        assert cli("env", "show", what).code == 0
    shown = marker.stat().st_mtime
    cli("env", "build", cwd=folder)

    assert shown == 1
    assert marker.stat().st_mtime > 1


@pytest.mark.parametrize("command", ["show", "rm"])
def test_tab_completes_environments(command: str, folder: Path, cli: Cli, home: Home) -> None:
    cli("env", "build", cwd=folder)
    (name,) = (path.name for path in home.envs.iterdir())
    words = {"_MLTRACK_COMPLETE": "complete_bash", "COMP_CWORD": "3"}

    for begun, offered in ((name[:3], [name]), ("-x", [])):
        typed = {**os.environ, **words, "COMP_WORDS": f"mltrack env {command} {begun}"}
        assert cli(env=typed).out.split() == offered


def test_the_environment_of_a_project_is_shown_before_it_is_built(folder: Path, cli: Cli) -> None:
    shown, lock = cli("env", "show", cwd=folder), cli("env", "show", "--lock", cwd=folder)

    assert "trial: not built yet" in shown.out
    assert "next: mltrack env build ." in shown.err
    assert cli("env", "show", "-o", "json", cwd=folder).json()["environment"] is None
    assert (lock.code, lock.out) == (3, "")


def test_the_lock_alone_can_be_kept_and_names_the_same_environment(
    folder: Path, cli: Cli, home: Home
) -> None:
    cli("env", "build", cwd=folder)

    (folder / "requirements.lock").write_text(cli("env", "show", "--lock", cwd=folder).out)
    environment = ensure(EnvSpec(lock=folder / "requirements.lock"), home)

    assert [path.name for path in home.envs.iterdir()] == [environment.id]


def test_where_there_is_no_project_both_ways_on_are_named(cli: Cli) -> None:
    assert "there is no environment 'nowhere'" in cli("env", "show", "nowhere").err
    built = cli("env", "build", "nowhere")
    assert (built.code, "no project.yaml in nowhere" in built.err) == (3, True)


def test_removing_asks_and_removes(folder: Path, cli: Cli, home: Home) -> None:
    cli("env", "build", cwd=folder)
    (name,) = (path.name for path in home.envs.iterdir())

    refused = cli("env", "rm", name)
    removed = cli("env", "rm", name[:5], "--yes")

    assert refused.code == 2
    assert "add --yes" in refused.err
    assert removed.code == 0
    assert list(home.envs.iterdir()) == []
    assert cli("run", ".", cwd=folder).out == "1.0\n"


def test_what_is_in_use_is_not_removed_and_who_uses_it_is_named(
    folder: Path, cli: Cli, home: Home
) -> None:
    cli("env", "build", cwd=folder)
    (name,) = (path.name for path in home.envs.iterdir())

    with leases.taken(name, home):
        refused = cli("env", "rm", name, "--yes")
        listed = cli("env", "ls", "--output", "json").json()["environments"][0]

    assert refused.code == 4
    assert f"in use by process {os.getpid()}" in refused.err
    assert f"process {os.getpid()}" in listed["in_use"][0]
    assert shelf.is_whole(home.env(name))


def test_the_listing_counts_those_who_use_an_environment(
    folder: Path, cli: Cli, home: Home
) -> None:
    cli("env", "build", cwd=folder)
    (name,) = (path.name for path in home.envs.iterdir())

    with leases.taken(name, home):
        one = cli("env", "ls").out
        with leases.taken(name, home):
            two = cli("env", "ls").out

    assert "1 process " in one
    assert "2 processes " in two


def test_collecting_shows_what_would_go_and_goes_on_when_it_was_agreed_to(
    folder: Path, cli: Cli, home: Home
) -> None:
    cli("env", "build", cwd=folder)
    (home.env("abcdefgh") / "bin").mkdir(parents=True)

    dry = cli("env", "gc", "--dry-run", "--older-than", "0m")
    refused = cli("env", "gc", "--older-than", "0m")
    young = cli("env", "gc", "--yes", "--output", "json").json()
    old = cli("env", "gc", "--older-than", "0m", "--yes")

    assert "1 environment, 1 leftover" in dry.err
    assert refused.code == 2
    assert [item["kind"] for item in young["items"]] == ["leftover"]
    assert "removed 1 environment" in old.err
    assert list(home.envs.iterdir()) == []
    assert "nothing is to be removed" in cli("env", "gc").err


@pytest.mark.parametrize("words", [("--older-than", "soon"), ("--max-size", "much")])
def test_limits_that_are_none_are_refused(cli: Cli, words: tuple[str, str]) -> None:
    refused = cli("env", "gc", *words)

    assert refused.code == 2
    assert words[1] in refused.err
