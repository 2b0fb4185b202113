"""A project file is read whole, or its fault is named by file and line."""

from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, NotFoundError, UsageError
from mltrack.projects import codec
from mltrack.projects.spec import ParamType, ProjectSpec

WHOLE = """\
format: 1
name: churn
env:
  python: ">=3.11,<3.14"
  requirements: [Scikit_Learn == 1.8.*, pandas]
params:
  lr:     {type: float, default: 1e-1, min: 0, max: 1, help: learning rate}
  solver: {choices: [lbfgs, saga], default: lbfgs}
  layers: {type: list, items: int, default: [64, 32]}
  data:   {type: path, optional: true}
  since:  {type: datetime, default: "2026-01-31T12:00:00"}
entry_points:
  main: {command: [python, train.py, --lr, "{lr}", "{{literal}}"]}
  other: {command: ["./script", "--data={data}"]}
"""
HEAD = "format: 1\nname: churn\n"
ENTRY = "entry_points: {main: {command: [python, x.py]}}\n"


def read(folder: Path, text: str) -> ProjectSpec:
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    return codec.read(folder)


def test_a_whole_project_is_read(tmp_path: Path) -> None:
    spec = read(tmp_path, WHOLE)

    assert spec.name == "churn"
    assert spec.env.requirements == ("scikit-learn==1.8.*", "pandas")
    assert spec.params["lr"].type is ParamType.FLOAT
    assert (spec.params["lr"].minimum, spec.params["lr"].default) == (0, 0.1)
    assert spec.params["solver"].choices == ("lbfgs", "saga")
    assert spec.params["layers"].default == [64, 32]
    assert not spec.params["data"].required
    assert list(spec.entry_points) == ["main", "other"]


def test_the_file_itself_names_its_project_too(tmp_path: Path) -> None:
    spec = read(tmp_path, WHOLE)

    assert codec.read(tmp_path / "project.yaml") == spec


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "entry_pionts: {}\n", 3, "unknown key entry_pionts, did you mean entry_points?"),
        (HEAD + "env:\n  pyton: x\n" + ENTRY, 4, "unknown key pyton, did you mean python?"),
        (HEAD + "params:\n  a: {typ: int}\n" + ENTRY, 4, "unknown key typ, did you mean type?"),
        (HEAD + "env: {lock: pylock.toml}\n" + ENTRY, 3, "lock is not supported yet"),
        (HEAD + "env: {index: {url: x}}\n" + ENTRY, 3, "index is not supported yet"),
        (HEAD + "outputs: []\n" + ENTRY, 3, "outputs is not supported yet"),
        (HEAD + ENTRY + "verify: {}\n", 4, "verify is not supported yet"),
        (HEAD + "params: {a: {keep: true}}\n" + ENTRY, 3, "keep is not supported yet"),
        (HEAD + "entry_points: {main: {module: a.b}}\n", 3, "module is not supported yet"),
        (HEAD, 1, "no entry point"),
        (HEAD + "entry_points: {main: {}}\n", 3, "main has no command"),
        (HEAD + "entry_points: {main: {command: python x.py}}\n", 3, "command must be a list"),
        (HEAD + "entry_points: {main: {command: [python, 5]}}\n", 3, "5, which is no text"),
        (HEAD + 'entry_points: {main: {command: [a, "{lr}"]}}\n', 3, "{lr} in '{lr}' names no"),
        (HEAD + 'entry_points: {main: {command: [a, "{"]}}\n', 3, "a brace stands alone"),
        (HEAD + "env: {python: 3.11}\n" + ENTRY, 3, 'write it in quotes: "3.11"'),
        (HEAD + "env: {python: '3.11'}\n" + ENTRY, 3, "not a comparison"),
        (HEAD + "env: {requirements: [-r x.txt]}\n" + ENTRY, 3, "is not a requirement"),
        (HEAD + "params: {a: {type: flaot}}\n" + ENTRY, 3, "no type flaot, did you mean float?"),
        (HEAD + "params: {a: {type: int, default: x}}\n" + ENTRY, 3, "cannot be 'x'"),
        (HEAD + "params: {a: {type: int, default: 5, max: 4}}\n" + ENTRY, 3, "at most 4"),
        (HEAD + "params: {a: {min: 4}}\n" + ENTRY, 3, "min is for int and float"),
        (HEAD + "params: {a: {type: int, choices: [x]}}\n" + ENTRY, 3, "cannot be 'x'"),
        (HEAD + "params: {1a: {}}\n" + ENTRY, 3, "'1a' is not a name"),
        ("name: x\n" + ENTRY, 1, "has no format"),
        ("format: 2\nname: x\n" + ENTRY, 1, "format 2 is not one"),
        ("format: 1\nname: ../x\n" + ENTRY, 2, "cannot name a project"),
        ("- a\n", 1, "must be a mapping"),
    ],
)
def test_a_fault_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)

    assert refused.value.message.startswith(f"{tmp_path / 'project.yaml'}:{line}: ")
    assert words in refused.value.message


def test_a_placeholder_without_quotes_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, HEAD + "entry_points: {main: {command: [python, {lr}]}}\n")

    assert 'a placeholder needs quotes: "{lr}"' in refused.value.fix


def test_what_is_no_yaml_is_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"project\.yaml:3"):
        read(tmp_path, "format: 1\nname: [\n")


def test_a_folder_without_a_project_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no project\.yaml"):
        codec.read(tmp_path)
