"""Read the histories of all runs of the latest experiment: python histories.py."""

import sys

import mltrack

newest = mltrack.search_runs(limit=1)[0]
points = 0
for run in mltrack.search_runs(experiment=newest.record.experiment_id):
    for name in run.metrics:
        points += len(run.history(name))
sys.stdout.write(f"{points}\n")
