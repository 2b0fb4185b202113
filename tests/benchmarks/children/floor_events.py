"""Read, hash and parse the events of a model with the C loader, on all cores.

python floor_events.py STORE MODEL
It prints the seconds, and how many events there are.
"""

import hashlib
import json
import os
import sys
import time
from multiprocessing import get_context

from yaml import CSafeLoader

FOLDER = f"{sys.argv[1]}/models/{sys.argv[2]}/events"


def parsed(name: str) -> bool:
    """Read one event, and tell whether it is what its name says."""
    with open(f"{FOLDER}/{name}", "rb") as file:
        data = file.read()
    CSafeLoader(data).get_single_data()
    return hashlib.sha256(data).hexdigest()[:20] == name[13:33]


if __name__ == "__main__":
    began = time.monotonic()
    with get_context("fork").Pool() as pool:
        found = sum(pool.imap_unordered(parsed, os.listdir(FOLDER), chunksize=100))
    sys.stdout.write(json.dumps([time.monotonic() - began, found]))
