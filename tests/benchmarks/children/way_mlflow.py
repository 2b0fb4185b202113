"""A run of MLflow's file store: 10 parameters logged one by one, 5 metrics, 3 tags."""

import mlflow

mlflow.set_tracking_uri("mlruns")


def make(number: int) -> None:
    """Create and finish one."""
    with mlflow.start_run(run_name=f"run-{number}"):
        for at in range(10):
            mlflow.log_param(f"param_{at}", at * 0.1)
        for at in range(5):
            mlflow.log_metric(f"metric_{at}", number * 0.37 + at)
        for at in range(3):
            mlflow.set_tag(f"tag_{at}", f"value {at}")
