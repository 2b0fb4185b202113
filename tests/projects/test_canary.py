"""A parameter that looks like code reaches a real command as the plain text it is."""

import json
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.support.cli import Cli

CANARIES = [
    "$(touch canary)",
    "`touch canary`",
    "; touch canary",
    "' ; touch canary ; '",
    '" ; touch canary ; "',
    "| tee canary",
    "> canary",
    "-x",
    "--help",
    "a\nb\ntouch canary\n",
    "{text}",
    "${HOME} $0 *",
    "\\",
    "ü '\"",
    "",
]
FORMS = {
    "command": '{command: [python, main.py, "{text}", end]}',
    "joined": '{command: [python, main.py, "--text={text}", end]}',
    "module": '{module: main, args: ["{text}", end]}',
    "file": '{file: main.py, args: ["{text}", end]}',
    "auto": "{module: main, args: auto}",
    "auto of a file": "{file: main.py, args: auto}",
    "shell": '{command: "python main.py {text} end", shell: true}',
    "shell with a pipe": '{command: "true | python main.py {text} end", shell: true}',
    "shell with a variable": "{command: 'x={text}; python main.py \"$x\" end', shell: true}",
}
SHOW_ARGUMENTS = """\
import json, sys
with open('arguments.jsonl', 'a') as file:
    file.write(json.dumps(sys.argv[1:]) + '\\n')
"""


def expected(form: str, canary: str) -> list[str]:
    if form.startswith("auto"):
        return [f"--text={canary}"]
    return [f"--text={canary}" if form == "joined" else canary, "end"]


@pytest.mark.parametrize("form", FORMS)
def test_what_looks_like_code_is_plain_text_in_every_form_of_entry_point(
    project: Project, cli: Cli, shared_home: Path, form: str
) -> None:
    folder = project(SHOW_ARGUMENTS)
    file = folder / "project.yaml"
    params = "params: {text: {}}\n"
    file.write_text(f"format: 1\nname: trial\n{params}entry_points: {{main: {FORMS[form]}}}\n")
    before = {path.name for path in folder.iterdir()}

    for canary in CANARIES:
        done = cli("run", ".", "-P", f"text={canary}", cwd=folder)
        assert done.code == 0, done.err

    lines = (folder / "arguments.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [expected(form, c) for c in CANARIES]
    made = {path.name for path in folder.iterdir()} - before
    assert made <= {"arguments.jsonl", ".mltrack", "__pycache__"}


def test_it_is_said_once_that_a_shell_reads_the_command(
    project: Project, cli: Cli, shared_home: Path
) -> None:
    folder = project()
    file = folder / "project.yaml"
    text = "format: 1\nname: trial\nentry_points:\n  main: {command: 'exit 3', shell: true}\n"
    file.write_text(text, encoding="utf-8")

    done = cli("run", ".", cwd=folder)

    assert done.code == 3
    assert done.err.count("main: a shell reads its command") == 1
