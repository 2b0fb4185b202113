"""The same by hand: a record, a journal, a final record, as safe against a power cut."""

import json
import os
import time

FOLDER = f"by-hand/{time.time_ns()}"


def keep(name: str, data: bytes) -> int:
    """Write a file, wait for the disk, and return its open descriptor."""
    file = os.open(f"{FOLDER}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.write(file, data)
    os.fsync(file)
    return file


def line(row: dict[str, object]) -> bytes:
    """Return a row as a line."""
    return (json.dumps({**row, "time": time.time()}) + "\n").encode()


os.makedirs(FOLDER)
record = {"id": FOLDER, "name": "run", "status": "running", "started": time.time(), "host": "vm"}
os.close(keep("run.json", json.dumps(record).encode()))
folder = os.open(FOLDER, os.O_RDONLY)
os.fsync(folder)
journal = os.open(f"{FOLDER}/metrics.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
os.write(journal, line({"pid": os.getpid()}))
os.write(journal, line({"step": 0, "metrics": {"loss": 0.5}}))
os.write(journal, line({"ended": "finished"}))
os.fsync(journal)
os.close(journal)
record |= {"status": "finished", "ended": time.time(), "metrics": {"loss": {"last": 0.5}}}
os.close(keep("run.new", json.dumps(record).encode()))
os.replace(f"{FOLDER}/run.new", f"{FOLDER}/run.json")
os.fsync(folder)
os.close(folder)
