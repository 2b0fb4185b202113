"""`mltrack rerun` gives each parameter the value that the run had, or the one that is given."""

from tests.projects.conftest import Project
from tests.projects.reruns import ran, shown
from tests.support.cli import Cli
from tests.support.repository import Repository


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


def test_a_value_is_the_one_that_was_given_whatever_the_code_logged_of_it(
    project: Project, cli: Cli, repo: Repository
) -> None:
    code = "import mltrack, sys\nprint(sys.argv[1:])\nmltrack.log_param('lr', 9.0)\n"
    code += "mltrack.log_param('word', 'from the code')\n"
    tail = "params:\n  lr: {type: float, default: 0.5}\n  word: {type: str, optional: true}\n"
    folder = project(code, tail, '[python, main.py, "{lr}", "{word}"]')
    repo.commit("A project")
    first = ran(cli, folder, "-P", "lr=0.25")

    assert cli("rerun", first, cwd=folder).out == "['0.25', '']\n"


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


def test_the_way_to_run_it_as_it_is_now_can_be_pasted(
    project: Project, cli: Cli, repo: Repository
) -> None:
    top = project("", "params: {a: {default: x}}\n")
    (top / "be low").mkdir()
    for name in ("project.yaml", "main.py"):
        (top / name).rename(top / "be low" / name)
    repo.commit("A project")
    assert cli("run", "be low", cwd=top).code == 0
    text = (top / "be low" / "project.yaml").read_text()
    repo.write("be low/project.yaml", text.replace("a:", "b:"))

    done = cli("rerun", "1", "--current", "code", cwd=top)

    assert "fix: run it as it is now: mltrack run 'be low'" in done.err
