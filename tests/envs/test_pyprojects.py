"""What a pyproject.toml declares is installed; the project is imported from where it lies."""

from pathlib import Path

import pytest

from mltrack.envs import pyprojects
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec, Pyproject
from mltrack.errors import MltrackError, NotFoundError, UsageError
from tests.envs.conftest import version_in

WHOLE = """\
[project]
name = "My_Project"
requires-python = ">=3.11"
dependencies = ["tiny >= 1.0"]
[project.optional-dependencies]
plots = ["matplotlib"]
all = ["my-project[plots]", "polars"]
[dependency-groups]
test = ["pytest", {include-group = "types"}]
types = ["mypy"]
"""


def lines_of(folder: Path, text: str = WHOLE, **chosen: tuple[str, ...]) -> list[str]:
    (folder / "pyproject.toml").write_text(text)
    declared = pyprojects.read(Pyproject(folder / "pyproject.toml", **chosen))
    return [line.text for line in declared.lines]


def test_dependencies_extras_and_groups_are_taken_when_they_are_named(tmp_path: Path) -> None:
    assert lines_of(tmp_path) == ["tiny>=1.0"]
    assert lines_of(tmp_path, extras=("plots",)) == ["tiny>=1.0", "matplotlib"]
    assert lines_of(tmp_path, groups=("test",)) == ["tiny>=1.0", "pytest", "mypy"]


def test_an_extra_may_name_other_extras_of_the_project(tmp_path: Path) -> None:
    assert lines_of(tmp_path, extras=("all",)) == ["tiny>=1.0", "matplotlib", "polars"]


def test_groups_need_no_project(tmp_path: Path) -> None:
    assert lines_of(tmp_path, '[dependency-groups]\nrun = ["tiny"]\n', groups=("run",)) == ["tiny"]


@pytest.mark.parametrize(
    ("text", "chosen", "kind", "said"),
    [
        ('[project]\ndynamic = ["dependencies"]\n', {}, UsageError, "is dynamic"),
        (WHOLE, {"extras": ("plot",)}, NotFoundError, "did you mean plots"),
        (WHOLE, {"groups": ("tests",)}, NotFoundError, "did you mean test"),
        ("[project\n", {}, UsageError, "line 1"),
        ("[project]\ndependencies = 3\n", {}, UsageError, "must be a list"),
        ('[project]\ndependencies = ["a b c"]\n', {}, UsageError, "not a requirement"),
        (
            '[dependency-groups]\na = [{include-group = "b"}]\nb = [{include-group = "a"}]\n',
            {"groups": ("a",)},
            UsageError,
            "includes itself",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_fix(
    tmp_path: Path,
    text: str,
    chosen: dict[str, tuple[str, ...]],
    kind: type[MltrackError],
    said: str,
) -> None:
    with pytest.raises(kind) as refused:
        lines_of(tmp_path, text, **chosen)

    assert said in str(refused.value)
    assert refused.value.fix


def test_a_project_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        pyprojects.read(Pyproject(tmp_path / "pyproject.toml"))


def test_the_projects_own_code_is_imported_from_where_it_lies(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(WHOLE)
    spec = EnvSpec(pyproject=Pyproject(tmp_path / "pyproject.toml"))

    flat = ensure(spec, home)
    (tmp_path / "src").mkdir()
    with_src = ensure(spec, home)

    assert version_in(flat) == "1.0"
    assert flat.import_folders == (tmp_path,)
    assert with_src.import_folders == (tmp_path / "src",)
    assert with_src.id == flat.id


def test_the_range_of_pythons_that_the_project_names_counts_too(home: Home, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nrequires-python = ">=9.1"\n')

    with pytest.raises(NotFoundError, match=r">=9\.1"):
        ensure(EnvSpec(pyproject=Pyproject(tmp_path / "pyproject.toml")), home)
