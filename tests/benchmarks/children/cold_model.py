"""Read a model for the first time: cold_model.py STORE MODEL; print the seconds and its events."""

import json
import sys
import time
from pathlib import Path

from mltrack.registry.reader import load_model
from mltrack.store.store import Store

store = Store(Path(sys.argv[1]).absolute())
began = time.monotonic()
state = load_model(store, sys.argv[2])
seconds = time.monotonic() - began
sys.stdout.write(json.dumps([seconds, len(state.history)]))
