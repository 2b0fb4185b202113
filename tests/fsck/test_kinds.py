"""Each kind of damage, made in a real store, is seen as just that kind."""

import os

import pytest

import mltrack
from mltrack.fsck.kinds import RULES, Kind, Severity
from mltrack.fsck.repair import recipes
from tests.fsck.damages import DAMAGES, removed
from tests.fsck.ruin import Ruin, write

OF_THE_INDEX = {
    Kind.FILE_TOO_LARGE,
    Kind.HIDDEN_STAGED,
    Kind.RUN_INCOMPLETE,
    Kind.SECRET,
}
"""What only a check of the index finds: tests/fsck/test_staged.py."""
OF_NO_FILE = {Kind.STORE_IGNORED}
NOT_FOR_ROOT = {Kind.UNREADABLE} if os.geteuid() == 0 else set()
"""What root never meets: tests/system/test_shared.py tries it as another user."""


@pytest.mark.parametrize("kind", [kind for kind in DAMAGES if kind not in NOT_FOR_ROOT])
def test_each_kind_of_damage_is_seen_as_just_that_kind(kind: Kind, ruin: Ruin) -> None:
    assert ruin.kinds() == []
    path = DAMAGES[kind](ruin)
    report = ruin.check()
    assert {finding.kind for finding in report.findings} == {kind}
    if path is not None and kind not in OF_NO_FILE:
        assert ruin.path(path) in {finding.path for finding in report.findings}
    assert report.is_clean == (RULES[kind].severity is not Severity.DAMAGE)


def test_every_kind_has_its_damage() -> None:
    assert set(DAMAGES) | OF_THE_INDEX == set(Kind)


@pytest.mark.parametrize("kind", [kind for kind in DAMAGES if RULES[kind].repair])
def test_a_repair_does_for_each_kind_what_the_table_says(kind: Kind, ruin: Ruin) -> None:
    DAMAGES[kind](ruin)
    done = ruin.repair()
    left = [finding.kind for finding in done.left.findings]
    assert kind not in left or kind not in recipes()
    assert done.left.is_clean
    assert ruin.repair().actions == ()


def test_the_table_names_a_repair_for_just_those_kinds_that_have_one() -> None:
    told = {kind for kind in Kind if RULES[kind].repair and kind is not Kind.TOP_FILE_MISSING}
    assert told == recipes()


def test_an_empty_config_is_named_for_it_takes_every_policy_away(ruin: Ruin) -> None:
    write(ruin.root / "config.yaml", "")
    assert set(ruin.kinds()) == {Kind.CONFIG_BROKEN}
    assert ruin.repair().left.findings == ()


def test_a_broken_config_hides_nothing_else(ruin: Ruin) -> None:
    write(ruin.root / "config.yaml", "format: 1\nstages: 7\n")
    write(ruin.root / "registry.yaml", "format: 1\n")
    write(ruin.record, "")
    assert set(ruin.kinds()) == {Kind.CONFIG_BROKEN, Kind.RUN_BROKEN}
    assert ruin.repair().left.findings == ()


def test_a_large_parameter_whose_text_is_not_listed_is_named(ruin: Ruin) -> None:
    ruin.forget_git()
    with mltrack.start_run(params={"config": "x" * 100_000}) as run:
        pass
    assert ruin.kinds() == []
    removed(ruin.store.layout.run_folder(run.id) / "artifacts.yaml")
    found = ruin.check(run.id).findings
    assert Kind.ARTIFACT_MISSING in {finding.kind for finding in found}
    assert any("the parameter 'config'" in finding.message for finding in found)


def test_of_a_run_without_its_record_it_is_said_where_git_may_have_it(ruin: Ruin) -> None:
    ruin.repo.git("rm", "-q", str(ruin.record))
    ruin.repo.commit("Remove a record")
    (found,) = (f for f in ruin.check().findings if f.kind is Kind.RUN_FRAGMENT)
    assert "Remove a record" in ruin.repo.git(*found.fix.split()[1:])


def test_an_emptied_journal_that_no_record_counts_is_named(ruin: Ruin) -> None:
    ruin.forget_git()
    with mltrack.start_run(resume=ruin.runs[0]):
        pass
    (writer,) = ruin.store.layout.writers(ruin.runs[0])
    journal = ruin.store.layout.writer_folder(ruin.runs[0], writer) / "metrics.jsonl"
    assert ruin.kinds() == []
    write(journal, "")
    (found,) = ruin.check().findings
    assert (found.kind, found.path) == (Kind.JOURNAL_SHORT, ruin.path(journal))


def test_what_is_no_more_in_the_index_and_still_here_is_no_damage(ruin: Ruin) -> None:
    ruin.repo.git("rm", "-q", "--cached", str(ruin.annotation))
    assert ruin.kinds() == []


def test_a_folder_in_the_place_of_a_file_is_named_and_set_aside(ruin: Ruin) -> None:
    for path in (ruin.record, ruin.events[0], ruin.root / "config.yaml"):
        path.unlink()
        path.mkdir()
    assert ruin.kinds().count(Kind.STRANGE_FILE) == 3
    assert ruin.repair().left.is_clean
    assert ruin.record.is_file()
