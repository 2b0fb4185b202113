"""The same by hand: a record, a journal of 20 rows, the record again; nothing is synced."""

import json
import os
import time

TOP = f"by-hand/{os.getpid()}"


def make(number: int) -> None:
    """Create and finish one."""
    folder = f"{TOP}/{time.time_ns()}"
    os.makedirs(folder)
    record: dict[str, object] = {"name": f"run-{number}", "status": "running", "at": time.time()}
    _keep(f"{folder}/run.json", record)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    journal = os.open(f"{folder}/metrics.jsonl", flags, 0o666)
    params = {f"param_{at}": at * 0.1 for at in range(10)}
    metrics = {f"metric_{at}": number * 0.37 + at for at in range(5)}
    tags = {f"tag_{at}": f"value {at}" for at in range(3)}
    for kind, values in (("params", params), ("metrics", metrics), ("tags", tags)):
        for name, value in values.items():
            _row(journal, {kind: {name: value}})
    _row(journal, {"ended": "finished"})
    os.close(journal)
    record |= {"status": "finished", "params": params, "metrics": metrics, "tags": tags}
    _keep(f"{folder}/run.json", record)


def _row(journal: int, row: dict[str, object]) -> None:
    os.write(journal, (json.dumps({**row, "time": time.time()}) + "\n").encode())


def _keep(path: str, record: dict[str, object]) -> None:
    with open(f"{path}.new", "w") as file:
        json.dump(record, file)
    os.replace(f"{path}.new", path)
