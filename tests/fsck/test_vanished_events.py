"""An event that a commit ever held, or that another follows, does not go away unseen."""

import pytest

import mltrack
from mltrack.fsck.entities import Finding
from mltrack.fsck.kinds import Kind
from mltrack.registry import index
from tests.fsck.damages import removed, removed_folder
from tests.fsck.ruin import MODEL, Ruin, write
from tests.support.repository import Repository


def found(ruin: Ruin, kind: Kind) -> list[Finding]:
    return [finding for finding in ruin.check().findings if finding.kind is kind]


def gone(ruin: Ruin) -> set[str]:
    """Return the names of the events that a check calls reverted."""
    return {finding.path for finding in found(ruin, Kind.EVENT_REVERTED)}


def promote(ruin: Ruin, stage: str = "staging") -> str:
    """Promote the first version, commit it, and return the path of the event."""
    mltrack.promote_model(f"{MODEL}/1", to=stage, reason="to be looked at")
    ruin.repo.commit("Promote it")
    return ruin.path(ruin.events[-1])


def commit_without(ruin: Ruin, path: str) -> str:
    (ruin.root / path).unlink()
    index.write(ruin.store)
    return ruin.repo.commit("Tidy up")


def test_a_revert_is_named_with_its_commit_and_its_author(ruin: Ruin) -> None:
    path = promote(ruin)
    ruin.repo.git("revert", "--no-edit", "HEAD")
    [finding] = ruin.check().findings
    commit, author = ruin.repo.git("log", "-1", "--format=%h%x00%an", "--abbrev=10").split("\0")
    assert (finding.kind, finding.path) == (Kind.EVENT_REVERTED, path)
    assert f"the commit {commit} of {author}" in finding.message
    assert "promoted" in finding.message
    assert ruin.check().is_clean


def test_the_command_that_is_named_brings_a_reverted_event_back(ruin: Ruin) -> None:
    path = promote(ruin)
    ruin.repo.git("revert", "--no-edit", "HEAD")
    [finding] = ruin.check().findings
    ruin.repo.git(*finding.fix.partition("git ")[2].split())
    assert (ruin.root / path).is_file()
    assert gone(ruin) == set()


def test_a_repair_brings_nothing_back_that_was_reverted(ruin: Ruin) -> None:
    path = promote(ruin)
    ruin.repo.git("revert", "--no-edit", "HEAD")
    assert ruin.repair().actions == ()
    assert not (ruin.root / path).exists()


def test_a_revert_of_a_revert_leaves_nothing_to_tell(ruin: Ruin) -> None:
    promote(ruin)
    ruin.repo.git("revert", "--no-edit", "HEAD")
    ruin.repo.git("revert", "--no-edit", "HEAD")
    assert ruin.check().findings == ()


def test_an_event_that_others_follow_is_named_where_a_commit_took_it_away(ruin: Ruin) -> None:
    path = promote(ruin)
    promote(ruin, "production")
    commit = commit_without(ruin, path)
    [finding] = ruin.check().findings
    assert (finding.kind, finding.path) == (Kind.EVENT_REVERTED, path)
    assert commit[:10] in finding.message


def test_every_event_of_a_model_that_was_removed_whole_is_named(ruin: Ruin) -> None:
    events = {ruin.path(event) for event in ruin.events}
    removed_folder(ruin.root / "models" / MODEL)
    index.write(ruin.store)
    ruin.repo.commit("No models any more")
    assert gone(ruin) == events


def test_a_merge_that_drops_what_a_side_had_is_named(ruin: Ruin) -> None:
    ruin.repo.branch("side")
    path = promote(ruin)
    ruin.repo.checkout("main")
    ruin.repo.git("merge", "--quiet", "--no-ff", "--strategy=ours", "--no-edit", "side")
    ruin.repo.git("branch", "--quiet", "-D", "side")
    [finding] = ruin.check().findings
    assert (finding.kind, finding.path) == (Kind.EVENT_REVERTED, path)
    assert f"the merge {ruin.repo.git('rev-parse', 'HEAD')[:10]}" in finding.message


def test_a_merge_of_a_revert_blames_the_revert(ruin: Ruin) -> None:
    promote(ruin)
    ruin.repo.branch("side")
    ruin.repo.git("revert", "--no-edit", "HEAD")
    revert = ruin.repo.git("rev-parse", "HEAD")
    ruin.repo.checkout("main")
    ruin.repo.commit("Something else")
    ruin.repo.merge("side")
    [finding] = ruin.check().findings
    assert f"the commit {revert[:10]}" in finding.message


def test_a_revert_on_a_branch_that_was_merged_away_is_named(ruin: Ruin) -> None:
    """Git leaves such a branch out of the history of a folder unless it is asked for all of it."""
    ruin.repo.branch("side")
    path = promote(ruin)
    ruin.repo.git("revert", "--no-edit", "HEAD")
    ruin.repo.checkout("main")
    ruin.repo.commit("Something else")
    ruin.repo.merge("side")
    ruin.repo.git("branch", "--quiet", "-D", "side")
    assert gone(ruin) == {path}


@pytest.mark.parametrize("holder", ["branch", "tag", "stash", "remote", "detached"])
def test_what_any_ref_leads_to_and_is_not_here_is_told_as_not_merged(
    holder: str, ruin: Ruin
) -> None:
    ruin.repo.branch("side")
    promote(ruin)
    name = ruin.events[-1].stem
    if holder == "tag":
        ruin.repo.git("tag", "kept")
    elif holder == "remote":
        ruin.repo.git("update-ref", "refs/remotes/origin/side", "HEAD")
    elif holder == "stash":
        ruin.repo.git("reset", "--quiet", "--soft", "HEAD~1")
        ruin.repo.git("stash", "--quiet")
    elif holder == "detached":
        ruin.repo.git("worktree", "add", "--quiet", "--detach", "../other", "HEAD")
    ruin.repo.checkout("main")
    if holder != "branch":
        ruin.repo.git("branch", "--quiet", "-D", "side")
    [finding] = ruin.check().findings
    assert finding.kind is Kind.EVENT_UNMERGED
    assert name in finding.message


def test_an_event_that_git_has_and_the_work_tree_lacks_is_damage_that_a_repair_mends(
    ruin: Ruin,
) -> None:
    path = promote(ruin)
    removed(ruin.root / path)
    index.write(ruin.store)
    assert [(f.kind, f.path) for f in ruin.check().findings if f.path == path] == [
        (Kind.DELETED_AFTER_COMMIT, path)
    ]
    assert ruin.repair().left.findings == ()
    assert (ruin.root / path).is_file()


def test_a_parent_that_was_never_committed_is_missing(ruin: Ruin) -> None:
    mltrack.promote_model(f"{MODEL}/1", to="staging", reason="lost")
    lost = ruin.events[-1]
    mltrack.promote_model(f"{MODEL}/1", to="production", reason="kept")
    removed(lost)
    index.write(ruin.store)
    [finding] = ruin.check().findings
    assert (finding.kind, finding.path) == (Kind.EVENT_MISSING, ruin.path(ruin.events[-1]))
    assert lost.stem in finding.message
    assert not ruin.check().is_clean


def test_a_parent_that_was_written_out_of_history_is_missing(ruin: Ruin) -> None:
    path = promote(ruin)
    promote(ruin, "production")
    ruin.repo.git("checkout", "--quiet", "HEAD", "--", ".")
    ruin.repo.git("reset", "--quiet", "--soft", "HEAD~2")
    ruin.repo.git("rm", "--quiet", "-f", "--cached", f".mltrack/{path}")
    (ruin.root / path).unlink()
    index.write(ruin.store)
    ruin.repo.commit("As if there had been one promotion")
    [finding] = ruin.check().findings
    assert finding.kind is Kind.EVENT_MISSING


def test_what_was_never_committed_and_nothing_follows_cannot_be_seen(ruin: Ruin) -> None:
    """The page on reliability says so."""
    mltrack.promote_model(f"{MODEL}/1", to="staging", reason="never seen")
    removed(ruin.events[-1])
    index.write(ruin.store)
    assert ruin.check().findings == ()


def test_the_last_event_of_an_experiment_that_was_taken_away_is_named(ruin: Ruin) -> None:
    [event] = (ruin.root / "experiments").glob("*/*.yaml")
    path = ruin.path(event)
    removed(event)
    ruin.repo.commit("Tidy up")
    assert gone(ruin) == {path}


def test_a_name_or_bytes_that_were_no_event_and_were_mended_are_not_called_reverted(
    ruin: Ruin,
) -> None:
    whole = ruin.events[0].read_bytes()
    path = ruin.events[0]
    write(path, whole.replace(b"registered", b"registerex"))
    ruin.repo.commit("Change it")
    write(path, whole)
    ruin.repo.commit("Mend it")
    other = path.with_name(path.name.replace("000000000001-", "000000000009-"))
    path.rename(other)
    ruin.repo.commit("Rename it")
    other.rename(path)
    ruin.repo.commit("Give it its name back")
    assert ruin.check().findings == ()


def test_a_change_that_was_committed_is_mended_from_an_earlier_commit(ruin: Ruin) -> None:
    path = ruin.events[0]
    whole = path.read_bytes()
    write(path, whole.replace(b"registered", b"registerex"))
    ruin.repo.commit("Change it")
    assert Kind.EVENT_CHANGED in ruin.kinds()
    assert ruin.repair().left.findings == ()
    assert path.read_bytes() == whole


def test_a_replacement_of_a_commit_hides_nothing(ruin: Ruin) -> None:
    promote(ruin)
    promoted = ruin.repo.git("rev-parse", "HEAD")
    ruin.repo.git("revert", "--no-edit", "HEAD")
    ruin.repo.git("replace", promoted, f"{promoted}~1")
    assert [finding.kind for finding in ruin.check().findings] == [Kind.EVENT_REVERTED]


def test_without_git_and_in_a_shallow_clone_a_missing_parent_is_a_note(ruin: Ruin) -> None:
    path = promote(ruin)
    promote(ruin, "production")
    commit_without(ruin, path)
    ruin.repo.commit("One more")
    url = ruin.repo.path.as_uri()
    target = ruin.repo.path.parent / "shallow"
    ruin.repo.git("clone", "--quiet", "--depth=1", url, str(target))
    shallow = Ruin(Repository(target))
    kinds = {finding.kind for finding in shallow.check().findings}
    assert Kind.EVENT_PARENT_MISSING in kinds
    assert not kinds & {Kind.EVENT_MISSING, Kind.EVENT_REVERTED}
    ruin.forget_git()
    assert ruin.kinds() == [Kind.EVENT_PARENT_MISSING]


def test_a_store_deep_in_a_repository_with_an_odd_name_is_looked_at(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = ruin.repo.path / "Ä b" / 'c"d'
    odd.mkdir(parents=True)
    for name in (".mltrack", "train.py"):
        ruin.repo.git("mv", name, str(odd / name))
    ruin.repo.commit("Move it")
    moved = Ruin(Repository(odd))
    monkeypatch.chdir(odd)
    path = promote(moved)
    moved.repo.git("revert", "--no-edit", "HEAD")
    assert gone(moved) == {path}
