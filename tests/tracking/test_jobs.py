"""A requeued job goes on with the run that it began, and finds it by itself."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.jobs import job_key
from tests.support.cli import Cli
from tests.support.programs import Programs
from tests.support.repository import Repository

TRAINING = """
import sys, mltrack
with mltrack.start_run(resume="auto") as run:
    run.log_metric("loss", 1.0)
    print(run.id, flush=True)
    exec(sys.argv[1] if len(sys.argv) > 1 else "")
"""
SLURM = {"SLURM_JOB_ID": "41"}


@pytest.mark.parametrize(
    "end", ["", "1 / 0", "import os; os._exit(1)", "import os; os.kill(os.getpid(), 15)"]
)
def test_a_requeued_job_goes_on_with_its_run_however_that_ended(
    programs: Programs, end: str
) -> None:
    first = programs.run(TRAINING, end, env=SLURM, ok=False).out
    second = programs.run(TRAINING, env={**SLURM, "SLURM_RESTART_COUNT": "1"}).out
    assert first == second
    (run,) = mltrack.search_runs()
    assert (run.status, run.record.job) == ("finished", "slurm-41")
    assert [p.step for p in run.history("loss")] == [0, 1]


def test_it_goes_on_from_the_step_of_its_checkpoint(programs: Programs) -> None:
    source = """
import os, sys, mltrack
done = int(sys.argv[1])
with mltrack.start_run(resume="auto", step=done) as run:
    for step in range(done, 10):
        run.log_metric("loss", float(done))
        if step == 6 and not done:
            os._exit(1)
"""
    programs.run(source, "0", env=SLURM, ok=False)
    programs.run(source, "4", env=SLURM)
    points = [(p.step, p.value) for p in mltrack.get_run("1").history("loss")]
    assert points == [*((n, 0.0) for n in range(4)), *((n, 4.0) for n in range(4, 10))]


def test_other_jobs_begin_runs_of_their_own(programs: Programs) -> None:
    array = {"SLURM_ARRAY_JOB_ID": "40"}
    for env in ({**SLURM, **array, "SLURM_ARRAY_TASK_ID": str(n)} for n in (1, 2, 1)):
        programs.run(TRAINING, env=env)
    runs = mltrack.search_runs()
    assert sorted(str(run.record.job) for run in runs) == ["slurm-40_1", "slurm-40_2"]


def test_a_job_that_begins_several_runs_finds_each_again(programs: Programs) -> None:
    source = """
import mltrack
for fold in range(2):
    with mltrack.start_run(f"fold {fold}", resume="auto") as run:
        run.log_param("fold", fold)
"""
    for _ in range(2):
        programs.run(source, env=SLURM)
    runs = mltrack.search_runs()
    assert sorted((run.name, run.params["fold"]) for run in runs) == [("fold 0", 0), ("fold 1", 1)]


def test_a_key_names_one_run_wherever_it_is_given(programs: Programs) -> None:
    for _ in range(2):
        with mltrack.start_run(resume="auto", job="my key") as run:
            run.log_metric("loss", 1.0)
    programs.run(TRAINING, env={"MLTRACK_JOB": "my key"})
    (read,) = mltrack.search_runs(where='job = "my key"')
    assert read.metrics["loss"] == 1.0
    assert len(read.history("loss")) == 3


def test_a_clone_finds_the_run_of_a_job_in_its_record(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mltrack.start_run(resume="auto", job="nightly") as run:
        run.log_metric("loss", 1.0)
    project.commit("Log")
    clone = project.clone("clone")
    monkeypatch.chdir(clone.path)
    with mltrack.start_run(resume="auto", job="nightly") as again:
        again.log_metric("loss", 2.0)
    assert again.id == run.id
    assert [p.value for p in mltrack.get_run(run.id).history("loss")] == [1.0, 2.0]


def test_a_run_that_was_removed_is_not_gone_on_with() -> None:
    with mltrack.start_run(resume="auto", job="nightly") as first:
        pass
    mltrack.remove_runs([first.id])
    with mltrack.start_run(resume="auto", job="nightly") as second:
        pass
    with mltrack.start_run(resume="auto", job="nightly") as third:
        pass
    assert first.id != second.id == third.id


def test_a_run_that_went_away_with_its_branch_is_begun_anew(project: Repository) -> None:
    with mltrack.start_run(resume="auto", job="nightly") as first:
        pass
    shutil.rmtree(Path(".mltrack/runs"))
    with mltrack.start_run(resume="auto", job="nightly") as second:
        pass
    assert first.id != second.id


def test_processes_of_one_job_that_start_at_once_share_its_run(
    programs: Programs, store: Store
) -> None:
    source = """
import sys, mltrack
print("ready", flush=True)
sys.stdin.readline()
with mltrack.start_run(resume="auto", job="nightly") as run:
    for step in range(50):
        run.log_metric(sys.argv[1], 1.0, step=step)
"""
    processes = [programs.start(source, f"loss{n}") for n in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    (record,) = list_runs(store).runs
    assert {name: s.count for name, s in record.metrics.items()} == {
        f"loss{n}": 50 for n in range(4)
    }
    assert record.status == "finished"


def test_the_ranks_of_a_requeued_job_go_on_with_its_run(programs: Programs, store: Store) -> None:
    source = """
import os, sys, mltrack
with mltrack.start_run(resume="auto", step=int(sys.argv[1])) as run:
    for _ in range(2):
        run.log_metric("loss", float(os.environ["SLURM_PROCID"]))
"""
    step = {**SLURM, "SLURM_STEP_ID": "0", "SLURM_NTASKS": "2"}
    for begin, restart in ((0, "0"), (1, "1")):
        env = {**step, "SLURM_RESTART_COUNT": restart}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            processes = []
            for rank in range(2):
                patch.setenv("SLURM_PROCID", str(rank))
                processes.append(programs.start(f"print('on', flush=True)\n{source}", str(begin)))
        for process in processes:
            process.communicate()
    (record,) = list_runs(store).runs
    points = sorted((p.step, p.value) for p in mltrack.get_run(record.id).history("loss"))
    assert points == [(0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0), (2, 0.0), (2, 1.0)]
    assert (record.status, len(record.writers)) == ("finished", 4)


def test_a_shell_goes_on_with_the_run_of_its_job(cli: Cli, project: Repository) -> None:
    def said(*words: str) -> str:
        done = cli(*words, cwd=project.path)
        assert done.code == 0, done.err
        return done.out.strip()

    start = ("start", "--resume", "auto", "--job", "nightly")
    run = said(*start, "--name", "first", "-P", "lr=1")
    assert said(*start) == run
    said("log", "metric", "loss", "1", "--run", run)
    said("finish", run)
    assert said(*start, "-P", "lr=2") == run
    assert mltrack.get_run(run).status == "running"
    said("log", "metric", "loss", "2", "--run", run)
    said("finish", "--as", "failed")
    read = mltrack.get_run(run)
    assert (read.status, read.name, read.params) == ("failed", "first", {"lr": 2})
    assert [p.value for p in read.history("loss")] == [1.0, 2.0]
    assert list(Path(".mltrack/runs").rglob(".gitignore")) == []


def test_outside_of_any_job_auto_says_how_to_name_one() -> None:
    with pytest.raises(mltrack.UsageError, match="belongs to none") as caught:
        mltrack.start_run(resume="auto")
    assert 'start_run(resume="auto", job="my-key")' in caught.value.fix
    assert mltrack.active_run() is None


def test_a_job_without_auto_is_a_usage_error() -> None:
    with pytest.raises(mltrack.UsageError, match="was not asked for"):
        mltrack.start_run(job="nightly")


@pytest.mark.parametrize("key", ["", "a\nb", "x" * 251, "ghp_" + "a" * 40])
def test_a_key_that_cannot_be_written_is_refused(key: str, store: Store) -> None:
    with pytest.raises(ValueError, match="job"):
        mltrack.start_run(resume="auto", job=key)
    assert list_runs(store).runs == []


@pytest.mark.parametrize(
    ("variables", "key"),
    [
        ({"SLURM_JOB_ID": "7"}, "slurm-7"),
        ({"SLURM_JOB_ID": "7", "SLURM_CLUSTER_NAME": "big"}, "slurm-big-7"),
        ({"SLURM_JOB_ID": "9", "SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "2"}, "slurm-7_2"),
        ({"PBS_JOBID": "12[3].head"}, "pbs-12[3].head"),
        ({"LSB_JOBID": "5", "LSB_JOBINDEX": "0"}, "lsf-5"),
        ({"LSB_JOBID": "5", "LSB_JOBINDEX": "3"}, "lsf-5_3"),
        ({"SGE_ROOT": "/sge", "JOB_ID": "8", "SGE_TASK_ID": "undefined"}, "sge-8"),
        ({"SGE_ROOT": "/sge", "JOB_ID": "8", "SGE_TASK_ID": "4"}, "sge-8_4"),
        ({"JOB_ID": "8"}, None),
        ({"SLURM_JOB_ID": "7", "MLTRACK_JOB": "mine"}, "mine"),
        ({}, None),
    ],
)
def test_a_job_is_known_by_what_its_scheduler_says(
    variables: Mapping[str, str], key: str | None
) -> None:
    assert job_key(variables) == key
