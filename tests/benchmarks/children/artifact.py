"""Log a file in five runs, and hash it before each; print the processor seconds of both.

python artifact.py FILE
"""

import hashlib
import json
import sys
import time

import mltrack

found: dict[str, list[float]] = {"ours": [], "floor": []}
for _ in range(5):
    began = time.process_time()
    with open(sys.argv[1], "rb") as file:
        hashlib.file_digest(file, "sha256").hexdigest()
    found["floor"].append(time.process_time() - began)
    with mltrack.start_run() as run:
        began = time.process_time()
        run.log_artifact(sys.argv[1])
        found["ours"].append(time.process_time() - began)
sys.stdout.write(json.dumps(found))
