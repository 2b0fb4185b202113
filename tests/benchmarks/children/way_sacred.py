"""A run of Sacred's file observer: 10 parameters, 5 metrics, 3 entries of info."""

from sacred import Experiment
from sacred.observers import FileStorageObserver


def make(number: int) -> None:
    """Create and finish one."""
    experiment = Experiment(f"run-{number}", save_git_info=False)
    experiment.observers.append(FileStorageObserver("sacred"))
    experiment.add_config({f"param_{at}": at * 0.1 for at in range(10)})

    @experiment.main  # type: ignore[untyped-decorator] # no types to be had
    def work(_run) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        for at in range(5):
            _run.log_scalar(f"metric_{at}", number * 0.37 + at)
        for at in range(3):
            _run.info[f"tag_{at}"] = f"value {at}"

    experiment.run()
