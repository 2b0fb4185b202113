"""A training that logs one metric, by mltrack."""

import mltrack

with mltrack.start_run() as run:
    run.log_metric("loss", 0.5)
