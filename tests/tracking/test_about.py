"""Figures say which data and which model they are about."""

import pytest

import mltrack
from tests.support.repository import Repository


def test_figures_bear_the_digests_that_a_program_gives(project: Repository) -> None:
    with mltrack.start_run() as run:
        run.log_metrics({"auc": 0.5}, data="a" * 64, model="b" * 64)
    journal = next(project.path.glob(f".mltrack/runs/*/*/{run.id}/metrics.jsonl"))
    assert f'"data":"{"a" * 64}","model":"{"b" * 64}"}}' in journal.read_text("utf-8")
    assert mltrack.get_run(run.id).metrics == {"auc": 0.5}
    assert [point.value for point in mltrack.get_run(run.id).history("auc")] == [0.5]


@pytest.mark.parametrize("digest", ["churn/1", "A" * 64, ""])
def test_what_is_no_digest_is_refused_before_a_run_is_begun(digest: str) -> None:
    with pytest.raises(mltrack.BadValueError, match="digest of the model must be a sha256"):
        mltrack.log_metrics({"auc": 0.5}, model=digest)
    assert mltrack.active_run() is None
