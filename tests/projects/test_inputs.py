"""The data that parameters name is found, checked, and described."""

import hashlib
import os
from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, NotFoundError, UsageError
from mltrack.tracking import datasets
from tests.projects.conftest import Project
from tests.support.orders import given, launched, naming

CSV = b"a,b\n1,2\n"
DIGEST = hashlib.sha256(CSV).hexdigest()
SHOW = "import sys; print(sys.argv[1])"


def test_a_file_is_described_and_the_command_gets_its_path_as_it_was_given(
    project: Project,
) -> None:
    folder = project(SHOW)
    (folder / "d.csv").write_bytes(CSV)

    ended = launched(naming(folder, "d.csv"))

    assert ended.record.inputs["data"] == {
        "digest": DIGEST, "size": 8, "source": "d.csv", "context": "parameter",
    }  # fmt: skip
    assert ended.output == b"d.csv\n"


def test_a_folder_is_described_as_log_input_does(project: Project) -> None:
    folder = project(SHOW)
    (folder / "d").mkdir()
    (folder / "d" / "x.csv").write_bytes(CSV)

    ended = launched(naming(folder, "d"))

    facts = datasets.facts_of(folder / "d")
    assert ended.record.inputs["data"]["digest"] == facts["digest"]
    assert ended.record.inputs["data"]["files"] == 1


def test_a_path_at_which_there_is_nothing_is_passed_on(project: Project) -> None:
    ended = launched(naming(project(SHOW), "out/model.bin"))

    assert ended.output == b"out/model.bin\n"
    assert ended.record.inputs == {}


def test_a_folder_that_holds_the_project_is_a_place_and_no_data(project: Project) -> None:
    assert launched(naming(project(SHOW), ".")).record.inputs == {}


def test_a_parameter_that_the_entry_point_does_not_take_is_not_looked_at(tmp_path: Path) -> None:
    wanted = naming(tmp_path, "d.csv", sha256=DIGEST)

    assert given(wanted._replace(entry=wanted.entry._replace(params=()))).data == {}


def test_data_of_another_digest_is_refused_with_both_and_leaves_no_run(project: Project) -> None:
    folder = project(SHOW)
    (folder / "d.csv").write_bytes(b"other")
    other = hashlib.sha256(b"other").hexdigest()

    with pytest.raises(IntegrityError) as refused:
        launched(naming(folder, "d.csv", sha256=DIGEST))

    assert DIGEST in str(refused.value)
    assert other in str(refused.value)
    assert not (folder / ".mltrack").exists()


def test_data_that_must_be_there_is_missed_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"the parameter data: .*d\.csv"):
        given(naming(tmp_path, "d.csv", sha256=DIGEST))


def test_a_pipe_is_passed_on_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert given(naming(tmp_path, "pipe")).data == {}


@pytest.mark.parametrize("where", ["d", "d.csv"])
def test_what_is_to_be_kept_becomes_objects_however_small(project: Project, where: str) -> None:
    folder = project(SHOW)
    (folder / "d").mkdir()
    for name in ("d/x.csv", "d.csv"):
        (folder / name).write_bytes(CSV)

    ended = launched(naming(folder, where, keep=True))

    name = "inputs/data/d/x.csv" if where == "d" else "inputs/data/d.csv"
    assert ended.artifacts() == {name: False}
    assert ended.store.layout.object(DIGEST).read_bytes() == CSV


def test_a_path_of_another_folder_of_the_repository_is_recorded_from_the_projects_own(
    project: Project,
) -> None:
    top = project()
    (top / "below").mkdir()
    (top / "main.py").rename(top / "below" / "main.py")
    (top / "d.csv").write_bytes(CSV)

    ended = launched(naming(top / "below", str(top / "d.csv"))._replace(home=top))

    assert ended.record.params == {"data": "../d.csv"}
    assert ended.record.inputs["data"]["source"] == "d.csv"


def test_data_that_cannot_be_kept_under_its_name_is_refused_before_there_is_a_run(
    project: Project,
) -> None:
    folder = project(SHOW)
    (folder / "d").mkdir()
    (folder / "d/a\nb").touch()

    with pytest.raises(UsageError, match="cannot be the path of an artifact"):
        launched(naming(folder, "d", keep=True))

    assert not (folder / ".mltrack").exists()
