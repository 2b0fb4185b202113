"""What real git makes of a store."""

from pathlib import Path

import pytest

from mltrack.store import git
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.layout import ARTIFACTS, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.store import Store, hide_from_git, show_to_git
from tests.store.kept import RUN_ID
from tests.support.repository import Repository

HOSTILE_IGNORE = """\
models/
runs/
artifacts
annotations
experiments/
*.csv
*.pkl
*.log
*.png
*.yaml
*.jsonl
*.gz
*.txt
.git*
"""
WRITTEN = [RUN, METRICS, PACKAGES, PATCH, "artifacts.yaml"]
LOGGED = [
    "plot.png",
    "data.csv",
    "model/model.pkl",
    "train.log",
    "models/x/runs/y.gz",
    "registry.yaml",
]
RUN_PATH = f".mltrack/runs/202601/31/{RUN_ID}"


@pytest.fixture
def filled(repo: Repository) -> Store:
    """Return a store in a repository, with a file of every kind."""
    store = Store.create(repo.path / ".mltrack")
    folder = store.layout.run_folder(RUN_ID)
    for name in WRITTEN:
        repo.write(f"{RUN_PATH}/{name}", "x\n")
        repo.write(f"{RUN_PATH}+qrstuvwx/{name}", "x\n")
    (folder / "artifacts.yaml").unlink()
    for name in LOGGED:
        ArtifactFolder(store, folder).add(repo.write("source", name), name)
    ArtifactFolder(store, folder).add(repo.write("source", "x" * 2_000_000), "large.bin")
    repo.write(f".mltrack/annotations/202601/31/{RUN_ID}.event.yaml", "x\n")
    repo.write(".mltrack/experiments/abcdefghij/event.yaml", "x\n")
    repo.write(".mltrack/models/churn/events/event.yaml", "x\n")
    repo.write(".mltrack/registry.yaml", "x\n")
    (repo.path / "source").unlink()
    return store


def added(repo: Repository) -> set[str]:
    repo.git("add", "--all")
    return set(repo.git("diff", "--cached", "--name-only").splitlines()) - {".gitignore"}


def on_disk(store: Store) -> set[str]:
    hidden = {"objects", "local", "cache", "tmp", "locks", "quarantine"}
    files = (path.relative_to(store.root) for path in store.root.rglob("*") if path.is_file())
    return {f".mltrack/{path.as_posix()}" for path in files if path.parts[0] not in hidden}


def test_all_but_the_hidden_folders_is_added_whatever_the_project_ignores(
    repo: Repository, filled: Store, world: Path
) -> None:
    repo.write(".gitignore", HOSTILE_IGNORE)
    everywhere = world / "ignore"
    everywhere.write_text(HOSTILE_IGNORE)
    repo.git("config", "core.excludesFile", str(everywhere))
    assert added(repo) == on_disk(filled)
    assert {f"{RUN_PATH}/{ARTIFACTS}/{name}" for name in LOGGED} <= added(repo)


def test_a_live_run_is_invisible_until_it_is_shown(repo: Repository, filled: Store) -> None:
    folder = filled.layout.run_folder(RUN_ID)
    hide_from_git(folder)
    assert not any(path.startswith(f"{RUN_PATH}/") for path in added(repo))
    show_to_git(folder)
    assert any(path.startswith(f"{RUN_PATH}/") for path in added(repo))


def attributes(repo: Repository, path: str) -> dict[str, str]:
    lines = repo.git("check-attr", "--all", "--", path).splitlines()
    return dict(line.split(": ")[1:] for line in lines)


HOSTILE_ATTRIBUTES = (
    "* text=auto eol=crlf ident filter=lfs diff=lfs merge=lfs working-tree-encoding=UTF-16\n"
)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("config.yaml", {}),
        ("registry.yaml", {"merge": "union", "linguist-generated": "set"}),
        ("runs/202601/31/r/run.yaml", {}),
        ("runs/202601/31/r/metrics.jsonl", {"linguist-generated": "set"}),
        ("runs/202601/31/r+w/metrics.jsonl", {"linguist-generated": "set"}),
        ("runs/202601/31/r/environment.txt", {"linguist-generated": "set"}),
        ("runs/202601/31/r/code.patch.gz", {"linguist-generated": "set"}),
        ("runs/202601/31/r/artifacts/registry.yaml", {}),
        ("runs/202601/31/r/artifacts/metrics.jsonl", {}),
        ("models/churn/events/e.yaml", {}),
    ],
)
def test_git_changes_no_byte_of_the_store_whatever_the_project_says(
    repo: Repository, path: str, more: dict[str, str]
) -> None:
    Store.create(repo.path / ".mltrack")
    repo.write(".gitattributes", HOSTILE_ATTRIBUTES + "*.yaml export-subst export-ignore\n")
    untouched = dict.fromkeys(["text", "filter", "ident", "working-tree-encoding"], "unset")
    untouched |= dict.fromkeys(["export-subst", "export-ignore"], "unset")
    assert attributes(repo, f".mltrack/{path}") == untouched | more


def test_a_clone_that_changes_line_ends_has_the_same_bytes(repo: Repository, filled: Store) -> None:
    repo.commit("Log")
    repo.git("config", "--global", "core.autocrlf", "true")
    clone = repo.clone("clone")
    for path in on_disk(filled):
        assert (clone.path / path).read_bytes() == (repo.path / path).read_bytes()


def test_two_branches_that_both_make_a_store_merge(repo: Repository) -> None:
    for name in ("ours", "theirs"):
        repo.checkout("main")
        repo.branch(name)
        Store.create(repo.path / ".mltrack")
        repo.commit(f"Init on {name}")
        repo.git("clean", "-ffdxq")
    repo.merge("ours")
    assert (repo.path / ".mltrack" / "config.yaml").is_file()


def test_a_write_on_an_older_branch_does_not_keep_git_from_changing_back(
    repo: Repository,
) -> None:
    repo.branch("older")
    repo.checkout("main")
    store = Store.create(repo.path / ".mltrack")
    repo.commit("Init")
    repo.checkout("older")
    store.prepare()
    repo.checkout("main")
    assert repo.git("status", "--porcelain") == ""


def test_on_an_older_branch_git_clean_leaves_objects_and_live_runs(
    repo: Repository, filled: Store
) -> None:
    repo.branch("older")
    repo.git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", ".mltrack")
    repo.checkout("main")
    repo.commit("Log")
    repo.checkout("older")
    live = filled.layout.run_folder(RUN_ID)
    live.mkdir(parents=True)
    hide_from_git(live)
    repo.git("clean", "-fdq")
    assert live.is_dir()
    assert len([path for path in (filled.root / "objects").rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("command", [("stash", "-u"), ("clean", "-fdq"), ("add", "--all")])
def test_git_leaves_objects_and_live_runs_alone(
    repo: Repository, filled: Store, command: tuple[str, ...]
) -> None:
    repo.commit("Log")
    live = filled.layout.run_folder("20260131-130000-abcdefgh")
    live.mkdir()
    hide_from_git(live)
    (live / METRICS).touch()
    repo.write("new.py", "")
    repo.git(*command)
    assert (live / METRICS).exists()
    assert len([path for path in (filled.root / "objects").rglob("*") if path.is_file()]) == 2


def test_the_index_branch_is_the_configured_the_remotes_then_main_then_master(
    repo: Repository,
) -> None:
    assert git.index_branch(repo.path, "trunk") == "trunk"
    assert git.index_branch(repo.path, None) == "main"
    repo.git("branch", "--move", "main", "master")
    assert git.index_branch(repo.path, "") == "master"
    repo.git("branch", "--move", "master", "feature/x")
    assert git.index_branch(repo.path, "") is None
    assert git.index_branch(repo.clone("clone").path, "") == "feature/x"


def test_a_detached_head_is_no_branch(repo: Repository) -> None:
    assert git.current_branch(repo.path) == "main"
    repo.git("checkout", "--quiet", "--detach")
    assert git.current_branch(repo.path) is None


def test_without_git_there_is_an_answer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.answer_or_none("--version", cwd=tmp_path) is None
    with pytest.raises(git.GitError):
        git.git("--version", cwd=tmp_path)


def test_what_a_hook_says_of_its_own_repository_is_not_heeded(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository.create(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repo.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / ".git" / "index"))
    assert git.git("rev-parse", "--show-toplevel", cwd=other.path) == str(other.path)
    assert git.git("diff", "--cached", "--name-only", cwd=other.path) == ""
