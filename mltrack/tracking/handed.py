"""The variables in which a runner tells its child which run, and which experiment, it logs to."""

RUN_VARIABLE = "MLTRACK_RUN_ID"
EXPERIMENT_VARIABLE = "MLTRACK_EXPERIMENT"
