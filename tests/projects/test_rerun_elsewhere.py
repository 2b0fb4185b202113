"""A run is run again in a fresh clone, whatever has become of the branch that it ran on."""

from pathlib import Path

import pytest

from tests.projects.reruns import COMMAND, LOG, LR, shown
from tests.support.cli import Cli
from tests.support.repository import Repository

PROJECT = f"format: 1\nname: trial\nentry_points:\n  main:\n    command: {COMMAND}\n{LR}"
BINARY = bytes(range(256)) * 8


class Team:
    """A bare origin, and a clone on a branch that has a project."""

    def __init__(self, tmp_path: Path) -> None:
        start = Repository.create(tmp_path / "start")
        start.write("project.yaml", PROJECT)
        start.write("main.py", "raise SystemExit(9)\n")
        start.write("old.py", "OLD = 1\n")
        start.commit("Begin a project")
        start.git("clone", "--quiet", "--bare", ".", str(tmp_path / "origin.git"))
        self.origin = tmp_path / "origin.git"
        self.mine = self.clone("mine")
        self.mine.git("checkout", "--quiet", "-b", "feature")

    def clone(self, name: str, *options: str) -> Repository:
        target = self.origin.parent / name
        Repository(self.origin).git(
            "clone", "--quiet", *options, f"file://{self.origin}", str(target)
        )
        return Repository(target)

    def squash(self) -> None:
        """Merge the branch in one commit that is written elsewhere, and delete it everywhere."""
        self.mine.git("push", "--quiet", "origin", "feature")
        other = self.clone("merger")
        other.write("elsewhere.txt", "main went on\n")
        other.commit("Go on")
        other.git("merge", "--quiet", "--squash", "origin/feature")
        other.git("commit", "--quiet", "--message", "Squash the feature")
        other.git("push", "--quiet", "origin", "main", ":feature")
        origin = Repository(self.origin)
        origin.git("reflog", "expire", "--expire=now", "--all")
        origin.git("gc", "--quiet", "--prune=now")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def feature(repo: Repository) -> None:
    """Commit changes of several kinds on the branch."""
    repo.write(
        "main.py", f"import new, sys\nassert len(open('pic.bin', 'rb').read()) == 2048\n{LOG}"
    )
    repo.write("new.py", "print('new')\n")
    (repo.path / "pic.bin").write_bytes(BINARY)
    repo.write("with space/ü.txt", "no newline at the end")
    repo.git("rm", "--quiet", "old.py")
    script = repo.write("run.sh", "#!/bin/sh\n")
    script.chmod(0o755)
    (repo.path / "link").symlink_to("main.py")
    repo.commit("A feature")


def commit_store(repo: Repository) -> None:
    repo.git("add", ".mltrack")
    repo.git("commit", "--quiet", "--message", "Keep the run")


def assert_same_code(cli: Cli, folder: Path, handle: str) -> None:
    before, after = (shown(cli, folder, run)["code"] for run in (handle, "1"))
    assert (after["base"], after.get("patch")) == (before["base"], before.get("patch"))


@pytest.mark.parametrize("dirty", [False, True])
def test_after_a_squash_merge_and_deletion_of_the_branch(team: Team, cli: Cli, dirty: bool) -> None:
    feature(team.mine)
    if dirty:
        team.mine.write("main.py", (team.mine.path / "main.py").read_text() + "print('dirty')\n")
        team.mine.write("untracked.py", "print('untracked')\n")
    first = cli("run", ".", cwd=team.mine.path)
    assert first.code == 0, first.err
    handle = shown(cli, team.mine.path)["id"][16:]
    commit_store(team.mine)
    team.squash()
    fresh = team.clone("fresh")

    done = cli("rerun", handle, cwd=fresh.path)

    assert (done.code, done.out) == (0, first.out), done.err
    assert_same_code(cli, fresh.path, handle)
    assert fresh.git("status", "--porcelain", "--", ":!.mltrack") == ""
    assert fresh.git("for-each-ref", "refs/heads", "--format=%(refname)") == "refs/heads/main"


def test_the_run_lies_on_a_commit_that_only_the_origin_has(team: Team, cli: Cli) -> None:
    feature(team.mine)
    team.mine.git("push", "--quiet", "origin", "feature")
    assert cli("run", ".", cwd=team.mine.path).code == 0
    handle = shown(cli, team.mine.path)["id"][16:]
    team.mine.git("push", "--quiet", "origin", "feature:kept")
    fresh = team.clone("fresh", "--single-branch", "--branch", "main")

    done = cli("--store", str(team.mine.path), "rerun", handle, cwd=fresh.path)

    assert done.code == 0, done.err


def test_a_shallow_clone_fetches_what_it_lacks(team: Team, cli: Cli) -> None:
    feature(team.mine)
    assert cli("run", ".", cwd=team.mine.path).code == 0
    handle = shown(cli, team.mine.path)["id"][16:]
    commit_store(team.mine)
    team.squash()
    fresh = team.clone("fresh", "--depth=1")
    Repository(team.origin).git("config", "uploadpack.allowReachableSHA1InWant", "true")

    done = cli("rerun", handle, cwd=fresh.path)

    assert done.code == 0, done.err
    assert_same_code(cli, fresh.path, handle)


def alone(team: Team, cli: Cli, *, dirty: bool) -> str:
    """Run on a commit that is its own base, and take it from the world but for its tree."""
    repo = team.mine
    repo.git("branch", "--quiet", "--move", "main", "trunk")
    repo.git("remote", "set-head", "origin", "--delete")
    feature(repo)
    if dirty:
        repo.write("main.py", (repo.path / "main.py").read_text() + "print('dirty')\n")
    assert cli("run", ".", cwd=repo.path).code == 0
    run = shown(cli, repo.path)
    assert run["code"]["base"] == run["code"]["commit"]
    repo.git("checkout", "--quiet", "--force", "trunk")
    repo.git("branch", "--quiet", "--delete", "--force", "feature")
    repo.git("read-tree", "--reset", run["code"]["tree"])
    repo.git("commit", "--quiet", "--message", "The same files in another commit")
    repo.git("reset", "--quiet", "--hard")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    return str(run["id"])[16:]


def test_a_commit_that_is_gone_is_made_up_for_by_its_tree(team: Team, cli: Cli) -> None:
    handle = alone(team, cli, dirty=False)

    done = cli("rerun", handle, cwd=team.mine.path)

    assert (done.code, done.out) == (0, "new\n"), done.err
    verified = cli("verify", handle, cwd=team.mine.path)
    assert verified.out.startswith("identical"), verified.err
    assert "code" not in [
        line.split()[0] for line in verified.out.splitlines() if "differs" in line
    ]


def test_a_commit_that_is_gone_under_a_changed_tree_is_an_error(team: Team, cli: Cli) -> None:
    handle = alone(team, cli, dirty=True)

    done = cli("rerun", handle, cwd=team.mine.path)

    assert done.code == 125
    assert "there is no commit" in done.err
    assert "--current code" in done.err


def test_without_a_remote_it_says_so(team: Team, cli: Cli) -> None:
    handle = alone(team, cli, dirty=True)
    team.mine.git("remote", "remove", "origin")

    done = cli("rerun", handle, cwd=team.mine.path)

    assert done.code == 125
    assert "there is no remote origin" in done.err


def test_what_is_fetched_leaves_no_trace_in_the_users_references(team: Team, cli: Cli) -> None:
    feature(team.mine)
    team.mine.git("push", "--quiet", "origin", "feature")
    team.mine.git("tag", "later", "feature")
    team.mine.git("push", "--quiet", "origin", "later")
    assert cli("run", ".", cwd=team.mine.path).code == 0
    commit_store(team.mine)
    fresh = team.clone("fresh", "--single-branch", "--branch", "main", "--no-tags")
    before = fresh.git("for-each-ref")
    feature_commit = team.mine.git("rev-parse", "feature~1")

    from mltrack.store.fetching import is_here, why_not_here

    assert not is_here(fresh.path, feature_commit)
    assert why_not_here(fresh.path, feature_commit) == ""

    assert fresh.git("for-each-ref") == before
    assert not (fresh.path / ".git" / "FETCH_HEAD").exists()


@pytest.mark.parametrize("commit", ["--upload-pack=touch x", "main", "", None, 7, "a" * 39])
def test_what_is_no_id_is_never_fetched(team: Team, commit: object) -> None:
    from mltrack.store.fetching import why_not_here

    assert "is not the id of a commit" in why_not_here(team.mine.path, commit)
