"""mltrack fsck: what it prints, how it exits, which runs it looks at."""

import re
from pathlib import Path

import pytest

import mltrack
from mltrack.fsck.kinds import RULES, Kind
from tests.fsck.damages import rewritten
from tests.fsck.ruin import Ruin, write
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal

PAGE = Path(__file__).parents[2] / "docs" / "fsck.md"


@pytest.fixture
def fsck(ruin: Ruin) -> Cli:
    return Cli(ruin.repo.path)


def test_a_clean_store_exits_with_0_and_says_what_was_looked_at(fsck: Cli) -> None:
    result = fsck("fsck")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("checked 2 runs, 1 model, ")
    assert result.err.endswith("0 damaged, 0 warnings, 0 notes\n")


def test_damage_exits_with_1_and_names_the_file_and_the_fix(fsck: Cli, ruin: Ruin) -> None:
    write(ruin.record, "")
    result = fsck("fsck")
    assert result.code == 1
    first, second = result.out.splitlines()
    assert first.startswith(f"damage  run-broken  {ruin.path(ruin.record)}: ")
    assert second == "  fix: mltrack fsck --repair"


def test_a_warning_exits_with_0(fsck: Cli, ruin: Ruin) -> None:
    ruin.object.unlink()
    result = fsck("fsck")
    assert result.code == 0
    assert f"the artifact 'weights.bin' of {ruin.runs[0]}" in result.out


def test_notes_are_counted_and_shown_when_asked_for(fsck: Cli, ruin: Ruin) -> None:
    write(ruin.plot.with_name("extra.txt"), "x")
    assert "1 note (mltrack -v fsck shows them)" in fsck("fsck").err
    assert "artifact-unlisted" in fsck("-v", "fsck").out


def test_json_says_all_of_each_finding(fsck: Cli, ruin: Ruin) -> None:
    write(ruin.record, "")
    document = fsck("fsck", "-o", "json").json()
    [finding] = document["findings"]
    assert finding["kind"] == "run-broken"
    assert finding["severity"] == "damage"
    assert finding["subject"] == ruin.runs[0]
    assert finding["path"] == ruin.path(ruin.record)
    assert (document["clean"], document["checked"]["runs"]) == (False, 2)


def test_a_repair_prints_what_it_does_and_exits_with_0_when_nothing_is_left(
    fsck: Cli, ruin: Ruin
) -> None:
    write(ruin.record, "")
    tried = fsck("fsck", "--repair", "--dry-run")
    assert tried.code == 1
    assert tried.out.startswith("would mend  run-broken  ")
    done = fsck("fsck", "--repair")
    assert done.code == 0
    assert done.out == f"mended  run-broken  {ruin.path(ruin.record)}: brought back from git\n"
    assert fsck("fsck", "--repair").out == ""


def test_a_repair_exits_with_1_when_something_is_left(fsck: Cli, ruin: Ruin) -> None:
    ruin.forget_git()
    ruin.plot.unlink()
    result = fsck("fsck", "--repair", "-o", "json")
    assert result.code == 1
    assert [action["done"] for action in result.json()["actions"]] == [False]


def test_only_the_runs_that_are_named_are_looked_at(fsck: Cli, ruin: Ruin) -> None:
    write(ruin.record, "")
    broken, whole = (run_id[16:] for run_id in ruin.runs)
    assert fsck("fsck", "--run", whole).code == 0
    assert fsck("fsck", "--run", broken).code == 1
    assert fsck("fsck", "--run", "1", "--run", broken).code == 1
    assert fsck("fsck", "--run", "zzzzzzzz").code == 3


def test_events_and_objects_of_a_named_run_are_looked_at(fsck: Cli, ruin: Ruin) -> None:
    write(ruin.annotation, ruin.annotation.read_bytes()[:50])
    ruin.object.chmod(0o644)
    write(ruin.object, "short")
    found = {f.kind for f in ruin.check(*ruin.runs).findings}
    assert found == {Kind.EVENT_CHANGED, Kind.OBJECT_DAMAGED}
    assert ruin.check(ruin.runs[1]).checked["objects"] == 0


@pytest.mark.parametrize(
    "arguments", [["--dry-run"], ["--staged", "--repair"], ["--staged", "--run", "1"]]
)
def test_what_makes_no_sense_together_is_refused(arguments: list[str], fsck: Cli) -> None:
    assert fsck("fsck", *arguments).code == 2


def test_outside_of_git_nothing_is_staged(cli: Cli) -> None:
    result = cli("fsck", "--staged")
    assert result.code == 2
    assert "is in no git work tree" in result.err


def test_a_store_that_a_link_in_another_repository_leads_to_is_checked(
    fsck: Cli, ruin: Ruin, repo: Repository
) -> None:
    (repo.path / ".mltrack").symlink_to(ruin.root)
    result = fsck("--store", str(repo.path / ".mltrack"), "fsck")
    assert result.code == 0, result.err
    assert "checked 2 runs" in result.err


def test_a_linked_work_tree_is_compared_with_its_own_commit(fsck: Cli, ruin: Ruin) -> None:
    ruin.repo.git("worktree", "add", "-q", "../other")
    other = ruin.repo.path.parent / "other"
    assert fsck("fsck", cwd=other).code == 0
    path = other / ".mltrack" / ruin.path(ruin.record)
    rewritten(path, name="1st")
    ruin.repo.git("-C", str(other), "add", "-A")
    assert "changed-after-commit" in fsck("fsck", cwd=other).out
    assert "changed-after-commit" in fsck("fsck", "--staged", cwd=other).out
    assert fsck("fsck", "--repair", cwd=other).code == 0


def test_a_bar_shows_on_a_terminal_and_goes_away(fsck: Cli, ruin: Ruin) -> None:
    for number in range(3_000):  # what is done at once has no bar
        folder = ruin.record.parents[1] / f"{ruin.runs[0][:8]}-{number:06}-abcdefgh"
        folder.mkdir()
        write(folder / "run.yaml", "")
    seen = on_a_terminal("fsck", cwd=ruin.repo.path)
    assert re.search(r"checking █+░+ \d+ of 3002 runs", seen.text)
    assert seen.text.count("\x1b[K") > 1
    assert "█" not in fsck("fsck").err


def test_a_program_gets_what_the_command_prints(ruin: Ruin) -> None:
    write(ruin.record, "")
    [finding] = mltrack.check_store().findings
    assert finding.kind == "run-broken"
    assert not mltrack.check_store([ruin.runs[0]]).is_clean
    assert mltrack.check_staged().is_clean
    assert mltrack.repair_store().left.is_clean


def test_the_page_lists_every_kind_as_the_table_has_it() -> None:
    rows = [
        f"| `{kind}` | {rule.severity} | {rule.means} | {rule.repair or '-'} |"
        for kind, rule in RULES.items()
    ]
    page = PAGE.read_text("utf-8")
    assert [row for row in rows if row not in page] == []
