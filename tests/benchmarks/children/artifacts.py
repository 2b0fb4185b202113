"""Log a folder as artifacts: python artifacts.py FOLDER."""

import sys

import mltrack

with mltrack.start_run() as run:
    run.log_artifact(sys.argv[1])
