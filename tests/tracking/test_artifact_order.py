"""Which of several files of one path a run has."""

from pathlib import Path

import pytest

import mltrack


@pytest.mark.parametrize("attempt", range(6))
def test_of_files_with_one_path_the_last_resumers_counts(tmp_path: Path, attempt: int) -> None:
    file = tmp_path / "notes.txt"
    with mltrack.start_run("first") as run:
        pass
    for number in range(3):
        file.write_text(f"{attempt} {number}")
        with mltrack.start_run(resume=run.id) as again:
            again.log_artifact(file)
    found = mltrack.get_run(run.id)
    assert found.artifact_path("notes.txt").read_text() == f"{attempt} 2"
    assert len(found.artifacts) == 1
