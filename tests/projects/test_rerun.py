"""`mltrack rerun`: the same code, values, data and variables, or a refusal that says why."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.projects.conftest import Project
from tests.support.cli import Cli
from tests.support.repository import Repository

LOG = "import mltrack, sys; mltrack.log_metric('acc', float(sys.argv[1]))\n"
LR = "params:\n  lr: {type: float, default: 0.5}\n"
COMMAND = '[python, main.py, "{lr}"]'


def shown(cli: Cli, folder: Path, run: str = "1") -> dict[str, Any]:
    found = cli("show", run, "--output", "json", cwd=folder)
    assert found.code == 0, found.err
    document = found.json()["run"]
    assert isinstance(document, dict)
    return document


def ran(cli: Cli, folder: Path, *options: str) -> str:
    """Run the project and return the handle of the run."""
    done = cli("run", ".", *options, cwd=folder)
    assert done.code == 0, done.err
    return str(shown(cli, folder)["id"])[16:]


@pytest.fixture
def committed(project: Project, repo: Repository) -> Path:
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    return folder


def test_it_has_the_code_the_run_had_though_the_tree_went_on(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "raise SystemExit(9)\n")
    repo.commit("Break it")

    done = cli("rerun", first, cwd=committed)

    assert done.code == 0, done.err
    run = shown(cli, committed)
    assert run["metrics"] == {"acc": 0.5}
    assert run["project"]["rerun_of"].endswith(first)
    assert (run["name"], run["experiment"]) == ("trial", "trial")


def test_uncommitted_code_of_the_run_is_there_too(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("main.py", f"import helper\n{LOG}")
    repo.write("helper.py", "print('from helper')\n")
    first = ran(cli, committed)
    before = shown(cli, committed)["code"]
    repo.git("checkout", "main.py")
    (committed / "helper.py").unlink()

    done = cli("rerun", first, cwd=committed)

    assert done.out == "from helper\n"
    after = shown(cli, committed)["code"]
    assert (after["base"], after["patch"]) == (before["base"], before["patch"])


def test_the_users_tree_is_as_it_was(committed: Path, cli: Cli, repo: Repository) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "print('changed')\n")
    repo.write("staged.py", "")
    repo.git("add", "staged.py")
    status = repo.git("status", "--porcelain", "--", ":!.mltrack")

    assert cli("rerun", first, cwd=committed).code == 0

    assert repo.git("status", "--porcelain", "--", ":!.mltrack") == status
    assert repo.git("worktree", "list").count("\n") == 0


def test_p_changes_one_parameter_and_the_others_stay(
    project: Project, cli: Cli, repo: Repository
) -> None:
    code = "import json, sys; json.dump(sys.argv[1:], open('given.json', 'w'))\nprint(sys.argv)"
    tail = "params:\n  a: {type: int, default: 1}\n  b: {type: int, default: 1}\n"
    folder = project(code, tail, '[python, main.py, "{a}", "{b}"]')
    repo.commit("A project")
    first = ran(cli, folder, "-P", "a=2", "-P", "b=3")

    done = cli("rerun", first, "-P", "b=4", cwd=folder)

    assert done.out == "['main.py', '2', '4']\n"
    assert shown(cli, folder)["params"] == {"a": 2, "b": 4}


def test_every_type_of_parameter_comes_back_as_it_was(
    project: Project, cli: Cli, repo: Repository
) -> None:
    tail = """params:
  s: {default: "{x} $(y) ü"}
  f: {type: float, default: 1}
  n: {type: float, default: .nan}
  i: {type: int, default: -3}
  t: {type: bool, default: true}
  l: {type: list, items: float, default: [1, 2.5]}
  j: {type: json, default: {a: [1, "x", null]}}
  w: {type: json, default: "text"}
  d: {type: datetime, default: "2026-01-31T12:00:00"}
  o: {type: str, optional: true}
"""
    names = "sfnitljwdo"
    template = ", ".join(f'"{{{name}}}"' for name in names)
    folder = project("import sys; print(sys.argv[1:])", tail, f"[python, main.py, {template}]")
    repo.commit("A project")
    first = cli("run", ".", cwd=folder)
    before = shown(cli, folder)["params"]

    second = cli("rerun", "1", cwd=folder)

    assert (second.code, second.out) == (0, first.out), second.err
    assert shown(cli, folder)["params"] == before


def test_a_long_value_is_read_back_from_its_artifact(
    project: Project, cli: Cli, repo: Repository
) -> None:
    tail = "params:\n  text: {}\n  items: {type: list, items: int}\n"
    folder = project(
        "import sys; print([len(a) for a in sys.argv])",
        tail,
        '[python, main.py, "{text}", "{items}"]',
    )
    repo.commit("A project")
    numbers = ",".join(map(str, range(20_000)))
    ran(cli, folder, "-P", f"text={'y' * 70_000}", "-P", f"items={numbers}")
    before = shown(cli, folder)["params"]
    assert before["text"]["size"] == 70_000

    done = cli("rerun", "1", cwd=folder)

    assert done.out.startswith("[7, 70000, 1088"), done.err
    assert shown(cli, folder)["params"] == before


def test_a_masked_parameter_must_be_given_anew(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("", "params: {api_key: {}}\n", '[python, main.py, "{api_key}"]')
    repo.commit("A project")
    ran(cli, folder, "-P", "api_key=correcthorsebattery1")

    refused = cli("rerun", "1", cwd=folder)

    assert refused.code == 125
    assert "fix: -P api_key=VALUE" in refused.err
    assert cli("rerun", "1", "-P", "api_key=correcthorsebattery1", cwd=folder).code == 0


def test_a_run_of_a_branch_before_any_commit_can_be_run_again(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    repo = Repository(tmp_path / "new")
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.write(
        "project.yaml", f"format: 1\nname: t\nentry_points: {{main: {{command: {COMMAND}}}}}\n{LR}"
    )
    repo.write("main.py", LOG)
    first = ran(cli, repo.path)
    before = shown(cli, repo.path)["code"]
    repo.write("main.py", "raise SystemExit(3)\n")

    done = cli("rerun", first, cwd=repo.path)

    assert done.code == 0, done.err
    after = shown(cli, repo.path)["code"]
    assert (after["base"], after["patch"]) == (None, before["patch"])


def test_the_childs_exit_code_is_the_commands(project: Project, cli: Cli, repo: Repository) -> None:
    folder = project("raise SystemExit(42)")
    repo.commit("A project")
    cli("run", ".", cwd=folder)

    assert cli("rerun", "1", cwd=folder).code == 42


def test_current_code_takes_the_tree_as_it_is(committed: Path, cli: Cli, repo: Repository) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "import os; print(os.getcwd())\n")

    done = cli("rerun", first, "--current", "code", cwd=committed)

    assert done.out.strip() == str(committed)
    assert shown(cli, committed)["project"]["rerun_of"].endswith(first)


def test_a_project_below_the_top_runs_in_its_folder(
    project: Project, cli: Cli, repo: Repository
) -> None:
    top = project("import os; print(os.path.basename(os.getcwd()))")
    (top / "be low").mkdir()
    for name in ("project.yaml", "main.py"):
        (top / name).rename(top / "be low" / name)
    repo.commit("A project")
    assert cli("run", "be low", cwd=top).code == 0

    done = cli("rerun", "1", cwd=top)

    assert done.out == "be low\n"
    assert shown(cli, top)["project"]["folder"] == "be low"


def test_a_rerun_can_be_run_again(committed: Path, cli: Cli) -> None:
    ran(cli, committed)
    assert cli("rerun", "1", cwd=committed).code == 0

    assert cli("rerun", "1", cwd=committed).code == 0

    assert len(cli("ls", "--output", "json", cwd=committed).json()["runs"]) == 3


def test_the_files_of_a_thousand_committed_runs_are_not_written(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    repo.write(
        "main.py",
        "from pathlib import Path; print(sorted(p.name for p in Path().iterdir()))\n",
    )
    for number in range(1000):
        repo.write(f".mltrack/runs/202501/01/20250101-{number:06d}-abcdefgh/note.txt", "x")
    repo.commit("Many runs")
    ran(cli, committed)

    done = cli("rerun", "1", cwd=committed)

    assert done.out == "['.git', 'README.md', 'main.py', 'project.yaml']\n"


class TestData:
    TAIL = "params:\n  data: {type: path, default: data.csv}\n"
    READ = "import sys; print(open(sys.argv[1]).read())\n"

    @pytest.fixture
    def reading(self, project: Project, repo: Repository) -> Path:
        folder = project(self.READ, self.TAIL, '[python, main.py, "{data}"]')
        repo.write(".gitignore", "data.csv\ndata/\n")
        repo.commit("A project")
        repo.write("data.csv", "one")
        return folder

    def test_data_that_git_ignores_is_found_in_the_users_tree(
        self, reading: Path, cli: Cli
    ) -> None:
        ran(cli, reading)

        done = cli("rerun", "1", cwd=reading)

        assert (done.code, done.out) == (0, "one\n"), done.err
        assert shown(cli, reading)["code"]["dirty"] is False

    def test_data_that_was_changed_is_refused_with_both_digests(
        self, reading: Path, cli: Cli
    ) -> None:
        ran(cli, reading)
        digest = shown(cli, reading)["inputs"]["data"]["digest"]
        (reading / "data.csv").write_text("two")

        done = cli("rerun", "1", cwd=reading)

        assert done.code == 125
        assert "data = data.csv" in done.err
        assert digest in done.err
        assert "--current data" in done.err
        assert cli("rerun", "1", "--current", "data", cwd=reading).out == "two\n"

    def test_data_that_is_gone_is_refused(self, reading: Path, cli: Cli) -> None:
        ran(cli, reading)
        (reading / "data.csv").unlink()

        done = cli("rerun", "1", cwd=reading)

        assert done.code == 125
        assert "is not here: data = data.csv" in done.err

    def test_a_folder_of_data_is_found_too(self, reading: Path, cli: Cli, repo: Repository) -> None:
        repo.write("main.py", "import os, sys; print(sorted(os.listdir(sys.argv[1])))\n")
        repo.write("data/a.csv", "a")
        repo.write("data/b.csv", "b")
        repo.commit("Read a folder")
        ran(cli, reading, "-P", "data=data")

        done = cli("rerun", "1", cwd=reading)

        assert (done.code, done.out) == (0, "['a.csv', 'b.csv']\n"), done.err
        assert shown(cli, reading)["code"]["dirty"] is False

    def test_bytes_that_were_kept_come_back_when_the_file_is_gone(
        self, reading: Path, cli: Cli, repo: Repository
    ) -> None:
        text = (reading / "project.yaml").read_text()
        repo.write("project.yaml", text.replace("data.csv}", "data.csv, keep: true}"))
        repo.commit("Keep the data")
        ran(cli, reading)
        (reading / "data.csv").unlink()

        done = cli("rerun", "1", cwd=reading)

        assert (done.code, done.out) == (0, "one\n"), done.err

    def test_a_link_out_of_the_repository_leads_to_the_same_data(
        self, reading: Path, cli: Cli, repo: Repository
    ) -> None:
        (reading.parent / "shared.csv").write_text("shared")
        repo.write(".gitignore", "")
        (reading / "data.csv").unlink()
        (reading / "data.csv").symlink_to("../shared.csv")
        repo.commit("A link")
        ran(cli, reading)

        done = cli("rerun", "1", cwd=reading)

        assert (done.code, done.out) == (0, "shared\n"), done.err
        assert shown(cli, reading)["code"]["dirty"] is False

    def test_data_that_git_would_check_out_with_other_ends_of_lines_is_the_same(
        self, reading: Path, cli: Cli, repo: Repository
    ) -> None:
        repo.git("config", "core.autocrlf", "true")
        repo.write(".gitignore", "")
        repo.write("data.csv", "a\nb\n")
        repo.commit("Data")
        ran(cli, reading)
        digest = shown(cli, reading)["inputs"]["data"]["digest"]

        done = cli("rerun", "1", cwd=reading)

        again = shown(cli, reading)
        assert done.code == 0, done.err
        assert again["inputs"]["data"]["digest"] == digest
        assert again["code"]["dirty"] is False

    def test_a_folder_that_is_written_to_is_no_data(
        self, project: Project, cli: Cli, repo: Repository
    ) -> None:
        code = "import sys, time; open(sys.argv[1] + '/x.txt', 'w').write(str(time.time()))\n"
        tail = "params:\n  out: {type: path, default: out}\noutputs: [{path: 'out/*.txt'}]\n"
        folder = project(code, tail, '[python, main.py, "{out}"]')
        repo.write("out/.gitignore", "*.txt\n")
        repo.commit("A project")
        ran(cli, folder)
        ran(cli, folder)

        done = cli("rerun", "1", cwd=folder)

        assert done.code == 0, done.err

    def test_data_that_a_script_has_told_of_is_there_too(self, repo: Repository, cli: Cli) -> None:
        import subprocess
        import sys

        repo.write(".gitignore", "*.csv\n")
        code = "import mltrack; mltrack.log_input('x.csv', 'x'); print(open('x.csv').read())\n"
        repo.write("train.py", code)
        repo.commit("A script")
        repo.write("x.csv", "one")
        subprocess.run([sys.executable, "train.py"], cwd=repo.path, check=True)

        done = cli("rerun", "1", "--env", "local", cwd=repo.path)

        assert (done.code, done.out) == (0, "one\n"), done.err


def test_variables_that_the_project_passes_on_are_those_of_the_run(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("import os; print(os.environ.get('MODE'))\n", "env: {pass: [MODE]}\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder, env={**os.environ, "MODE": "fast"}).out == "fast\n"

    done = cli("rerun", "1", cwd=folder, env={**os.environ, "MODE": "slow"})

    assert done.out == "fast\n", done.err


def test_an_entry_point_that_takes_some_parameters_gets_those(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("")
    repo.write(
        "project.yaml",
        "format: 1\nname: trial\nparams: {a: {default: x}, b: {}}\n"
        "entry_points: {main: {file: main.py, args: auto, params: [a]}}\n",
    )
    repo.write("main.py", "import sys; print(sys.argv[1:])\n")
    repo.commit("A project")
    first = cli("run", ".", "-P", "a=-y", cwd=folder)

    done = cli("rerun", "1", cwd=folder)

    assert (done.code, done.out) == (0, first.out), done.err


class TestScripts:
    def test_a_script_is_run_again_with_its_arguments(self, repo: Repository, cli: Cli) -> None:
        import subprocess
        import sys

        repo.write("sub/train.py", "import mltrack, sys; mltrack.log_param('argv', sys.argv[1:])\n")
        repo.commit("A script")
        argv = [sys.executable, "train.py", "--x", "{a} $(b)"]
        subprocess.run(argv, cwd=repo.path / "sub", check=True)
        repo.write("sub/train.py", "raise SystemExit(3)\n")

        done = cli("rerun", "1", "--env", "local", cwd=repo.path)

        assert done.code == 0, done.err
        run = shown(cli, repo.path)
        assert run["params"] == {"argv": ["--x", "{a} $(b)"]}
        assert run["project"]["argv"] == ["train.py", "--x", "{a} $(b)"]
        assert run["project"]["rerun_of"]

    def test_a_module_is_run_again_as_one(self, repo: Repository, cli: Cli) -> None:
        import subprocess
        import sys

        repo.write("pkg/__init__.py", "")
        repo.write("pkg/part.py", "X = 2\n")
        repo.write(
            "pkg/train.py", "from . import part\nimport mltrack; mltrack.log_metric('x', part.X)\n"
        )
        repo.commit("A package")
        subprocess.run([sys.executable, "-m", "pkg.train"], cwd=repo.path, check=True)

        done = cli("rerun", "1", "--env", "local", cwd=repo.path)

        assert done.code == 0, done.err
        assert shown(cli, repo.path)["metrics"] == {"x": 2}

    @pytest.mark.parametrize(
        ("program", "why"),
        [
            (["-c", "import mltrack; mltrack.log_metric('x', 1)"], "typed into Python"),
            (["-m", "mltrack", "start"], "mltrack start"),
        ],
    )
    def test_what_cannot_be_run_again_says_why(
        self, repo: Repository, cli: Cli, program: list[str], why: str
    ) -> None:
        import subprocess
        import sys

        subprocess.run([sys.executable, *program], cwd=repo.path, check=True)
        cli("finish", cwd=repo.path)

        done = cli("rerun", "1", cwd=repo.path)

        assert done.code == 125
        assert why in done.err
        assert "fix:" in done.err


def record_of(folder: Path) -> Path:
    (record,) = (folder / ".mltrack" / "runs").rglob("run.yaml")
    return record


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (["nosuchrun"], "no run matches"),
            (["1", "--current", "cod"], "did you mean code?"),
            (["1", "-P", "nope=1"], "declares no parameter nope"),
            (["1", "-P", "lr=x"], "cannot be 'x'"),
            (["1", "--env", "docker"], "env must be"),
        ],
    )
    def test_what_cannot_be_meant(
        self, committed: Path, cli: Cli, options: list[str], told: str
    ) -> None:
        ran(cli, committed)

        done = cli("rerun", *options, cwd=committed)

        assert done.code == 125
        assert told in done.err

    def test_a_run_that_is_running(self, committed: Path, cli: Cli) -> None:
        assert cli("start", cwd=committed).code == 0

        done = cli("rerun", "1", cwd=committed)

        assert done.code == 125
        assert "still running" in done.err

    def test_a_run_that_was_removed(self, committed: Path, cli: Cli) -> None:
        handle = ran(cli, committed)
        assert cli("rm", handle, "--yes", cwd=committed).code == 0

        done = cli("rerun", handle, cwd=committed)

        assert done.code == 125
        assert f"fix: mltrack restore {handle}" in done.err

    def test_a_run_outside_of_git(self, cli: Cli, tmp_path: Path) -> None:
        folder = tmp_path / "plain"
        folder.mkdir()
        (folder / "project.yaml").write_text(
            f"format: 1\nname: t\nentry_points: {{main: {{command: {COMMAND}}}}}\n{LR}"
        )
        (folder / "main.py").write_text(LOG)
        ran(cli, folder)

        done = cli("rerun", "1", cwd=folder)

        assert done.code == 125
        assert "lies in no git repository" in done.err
        assert cli("rerun", "1", "--current", "code", cwd=folder).code == 0

    def test_git_is_not_installed(self, committed: Path, cli: Cli, tmp_path: Path) -> None:
        ran(cli, committed)

        done = cli("rerun", "1", cwd=committed, env={**os.environ, "PATH": str(tmp_path)})

        assert done.code == 125
        assert "needs git, which is not installed here" in done.err

    def test_a_patch_that_is_gone_or_altered(
        self, committed: Path, cli: Cli, repo: Repository
    ) -> None:
        import gzip

        repo.write("main.py", LOG + "# changed\n")
        handle = ran(cli, committed)
        patch = record_of(committed).with_name("code.patch.gz")
        whole = patch.read_bytes()

        patch.write_bytes(gzip.compress(b"diff --git a/x b/x\n"))
        altered = cli("rerun", handle, cwd=committed)
        patch.write_bytes(whole[: len(whole) // 2])
        cut = cli("rerun", handle, cwd=committed)
        patch.unlink()
        gone = cli("rerun", handle, cwd=committed)

        assert [done.code for done in (altered, cut, gone)] == [125, 125, 125]
        assert "is not the patch that the run recorded" in altered.err
        assert "is broken" in cut.err
        assert "is not there" in gone.err

    @pytest.mark.parametrize(
        "path", [".mltrack/config.yaml", ".git/hooks/x", "../outside", "a/.GIT/x"]
    )
    def test_a_patch_that_writes_elsewhere_is_refused(
        self, committed: Path, cli: Cli, repo: Repository, path: str
    ) -> None:
        import gzip
        import hashlib

        repo.write("main.py", LOG + "# changed\n")
        handle = ran(cli, committed)
        evil = (
            f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
            "@@ -0,0 +1 @@\n+x\n"
        ).encode()
        record = record_of(committed)
        record.with_name("code.patch.gz").write_bytes(gzip.compress(evil))
        old = shown(cli, committed)["code"]["patch"]
        text = record.read_text().replace(old, hashlib.sha256(evil).hexdigest())
        record.write_text("".join(w for w in text.splitlines(True) if not w.startswith("check:")))

        done = cli("rerun", handle, cwd=committed)

        assert done.code == 125, done.err
        assert not (committed.parent / "outside").exists()
        assert not list(committed.parent.rglob("hooks/x"))

    @pytest.mark.parametrize("folder", ["..", "/etc", "a/../../b", "~/x", "no/such"])
    def test_a_folder_that_leads_elsewhere(self, committed: Path, cli: Cli, folder: str) -> None:
        handle = ran(cli, committed)
        record = record_of(committed)
        lines = [
            line.replace('"."', json.dumps(folder)) if line.startswith("  folder:") else line
            for line in record.read_text().splitlines(keepends=True)
            if not line.startswith("check:")
        ]
        record.write_text("".join(lines))

        done = cli("rerun", handle, cwd=committed)

        assert done.code == 125
        assert "error:" in done.err
        assert "bug" not in done.err

    def test_a_project_file_or_entry_that_is_gone(
        self, committed: Path, cli: Cli, repo: Repository
    ) -> None:
        handle = ran(cli, committed)
        text = (committed / "project.yaml").read_text()
        repo.write("project.yaml", text.replace("main:", "other:"))
        other = cli("rerun", handle, "--current", "code", cwd=committed)
        (committed / "project.yaml").unlink()
        gone = cli("rerun", handle, "--current", "code", cwd=committed)

        assert (other.code, gone.code) == (125, 125)
        assert "it has: other" in other.err
        assert "has no project.yaml" in gone.err

    def test_a_parameter_that_the_code_does_not_know_any_more(
        self, committed: Path, cli: Cli, repo: Repository
    ) -> None:
        handle = ran(cli, committed)
        repo.write(
            "project.yaml",
            "format: 1\nname: trial\nentry_points: {main: {command: [python, main.py]}}\n",
        )

        done = cli("rerun", handle, "--current", "code", cwd=committed)

        assert done.code == 125
        assert "declares no parameter lr" in done.err
