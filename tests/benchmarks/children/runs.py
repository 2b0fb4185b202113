"""Create and finish runs: python runs.py WAY COUNT; it begins when a line comes, and says so.

It prints the processor seconds that one run took, its git processes included, the wall seconds of
all, and the fsyncs of one.
"""

import importlib
import json
import os
import resource
import sys
import time

WARM = 3
STILL_SECONDS = 3.5
"""After so long a time without a change mltrack trusts what it captured of the code: it is warm."""
synced = 0


def main() -> None:
    """Make some runs that are not counted, say so, wait for the word, make the others."""
    way, count = sys.argv[1], int(sys.argv[2])
    _count_syncs()
    make = importlib.import_module(way).make
    for number in range(WARM):
        time.sleep(STILL_SECONDS * (number == WARM - 1))
        make(number)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before = synced
    cpu, wall = _cpu(), time.monotonic()
    for number in range(count):
        make(number)
    found = {
        "cpu": (_cpu() - cpu) / count,
        "wall": time.monotonic() - wall,
        "fsyncs": (synced - before) / count,
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _cpu() -> float:
    """Return the processor seconds of this process and of those that it has waited for."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _count_syncs() -> None:
    for name in ("fsync", "fdatasync"):
        original = getattr(os, name)

        def counted(descriptor: int, original=original) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
            global synced  # noqa: PLW0603
            synced += 1
            original(descriptor)

        setattr(os, name, counted)


main()
