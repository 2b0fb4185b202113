"""A project file is read whole, or its fault is named by file and line."""

from pathlib import Path

import pytest

from mltrack.envs.spec import Index, Pyproject
from mltrack.errors import IntegrityError, NotFoundError, UsageError
from mltrack.projects.file import codec
from mltrack.projects.spec import EntryPoint, Output, ParamType, ProjectSpec, Verification
from tests.projects.files import BAD, ENTRY, GOOD, HEAD, WHOLE, Bad, read
from tests.support.repository import Repository


@pytest.fixture
def whole(tmp_path: Path) -> ProjectSpec:
    return read(tmp_path, WHOLE)


def test_what_an_environment_is_asked_to_be_is_read(whole: ProjectSpec) -> None:
    env = whole.env

    assert whole.name == "churn"
    assert env.python.text == ">=3.11,<3.14"
    assert env.requirements == ("scikit-learn==1.8.*", "pandas")
    assert env.constraints == whole.folder / "constraints.txt"
    assert env.indexes == Index("https://pypi.org/simple", ("https://example.org/simple",))
    assert env.variables == {"OMP_NUM_THREADS": "2", "EMPTY": ""}
    assert env.passed == ("CUDA_VISIBLE_DEVICES", "SLURM_*")
    assert env.secrets == ("HF_TOKEN",)
    assert env.system_site_packages


def test_parameters_are_read_with_their_types(whole: ProjectSpec) -> None:
    params = whole.params

    assert params["lr"].type is ParamType.FLOAT
    assert (params["lr"].minimum, params["lr"].default) == (0, 0.1)
    assert params["solver"].choices == ("lbfgs", "saga")
    assert params["layers"].default == [64, 32]
    assert params["data"].keep
    assert not params["data"].required
    assert params["source"].sha256.startswith("e3b0c442")
    assert params["plain"].required


def test_every_form_of_entry_point_is_read(whole: ProjectSpec) -> None:
    assert list(whole.entry_points.values()) == [
        EntryPoint("main", command=("python", "train.py", "--lr", "{lr}", "{{literal}}")),
        EntryPoint(
            "other", command=("./script", "--data={data}"), params=("data",), timeout_seconds=1.5
        ),
        EntryPoint("package", module="churn.evaluate", auto=True, params=("lr", "solver")),
        EntryPoint("script", file="train.py", args=("--lr={lr}", "--fast")),
        EntryPoint("piped", command=("grep -c {solver} data.csv | sort",), shell=True),
    ]


def test_what_is_said_of_results_is_read(whole: ProjectSpec) -> None:
    assert whole.outputs == (Output("report.html"), Output("out/*.png", "plots"))
    assert whole.verification == Verification(("fit_seconds",), {"auc": 1e-6}, {"*": 0})


def test_each_source_of_packages_is_read_by_itself(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"

    assert read(tmp_path, GOOD["least"]).env.requirements == ()
    assert read(tmp_path, GOOD["a lock"]).env.lock == tmp_path / "pylock.toml"
    assert read(tmp_path, GOOD["a file of the project"]).env.pyproject == Pyproject(project)
    assert read(tmp_path, GOOD["extras"]).env.pyproject == Pyproject(project, ("train",), ("dev",))
    named = read(tmp_path, GOOD["a requirements file"]).env.requirements_file
    assert named == tmp_path / "requirements.txt"


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_file_is_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).entry_points


def test_the_file_itself_names_its_project_too(whole: ProjectSpec) -> None:
    assert codec.read(whole.folder / "project.yaml") == whole


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_fault_is_named_by_file_and_line_with_its_fix(tmp_path: Path, bad: Bad) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, bad.text)

    error = refused.value
    assert error.message.startswith(f"{tmp_path / 'project.yaml'}:{bad.line}: ")
    assert bad.message in error.message
    assert bad.fix in error.fix
    assert len(str(error).splitlines()) <= 3


def test_a_path_may_climb_to_the_top_of_the_repository_and_no_further(repo: Repository) -> None:
    text = f"{HEAD}env: {{lock: PATH}}\n{ENTRY}"
    folder = repo.path / "examples" / "churn"
    folder.mkdir(parents=True)
    repo.write("pylock.toml", "")
    (repo.path.parent / "pylock.toml").touch()

    lock = read(folder, text.replace("PATH", "../../pylock.toml")).env.lock

    assert lock == folder / "../../pylock.toml"
    with pytest.raises(UsageError, match="leads out of the repository"):
        read(folder, text.replace("PATH", "../../../pylock.toml"))


def test_a_fault_in_a_long_list_has_the_line_of_its_item(tmp_path: Path) -> None:
    command = '  main:\n    command:\n      - python\n      - "{lr}"\n'

    with pytest.raises(UsageError, match=r"project\.yaml:7: \{lr\} in '\{lr\}' names no parameter"):
        read(tmp_path, f"{HEAD}entry_points:\n{command}")


def test_what_is_no_yaml_is_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"project\.yaml:3"):
        read(tmp_path, "format: 1\nname: [\n")


@pytest.mark.parametrize("name", [".", "missing", "a" * 300, "file"])
def test_a_folder_without_a_project_file_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotFoundError, match=r"no project\.yaml"):
        codec.read(tmp_path / name)
