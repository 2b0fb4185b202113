"""A run of mltrack: 10 parameters logged one by one, 5 metrics, 3 tags."""

import mltrack


def make(number: int) -> None:
    """Create and finish one."""
    with mltrack.start_run(name=f"run-{number}") as run:
        for at in range(10):
            run.log_param(f"param_{at}", at * 0.1)
        for at in range(5):
            run.log_metric(f"metric_{at}", number * 0.37 + at)
        for at in range(3):
            run.set_tag(f"tag_{at}", f"value {at}")
