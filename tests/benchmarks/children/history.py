"""Read the history of a run, and print the processor seconds: python history.py RUN OTHER.

OTHER is a short run of the same project, read first, so that no import is timed.
"""

import sys
import time

import mltrack

long, short = sys.argv[1:]
run = mltrack.get_run(short)
run.history("loss")
began = time.process_time()
found = mltrack.get_run(long).history("loss")
taken = time.process_time() - began
sys.stdout.write(f"{taken} {len(found)}\n")
