"""Read every run.yaml and parse it with the C loader, on all cores: python ... STORE."""

import os
import sys
from multiprocessing import get_context
from pathlib import Path

from yaml import CSafeLoader


def parsed(day: Path) -> int:
    """Parse the records of a day, and return how many they are."""
    runs = os.listdir(day)
    for run in runs:
        with open(f"{day}/{run}/run.yaml", "rb") as file:
            CSafeLoader(file.read()).get_single_data()
    return len(runs)


if __name__ == "__main__":
    days = list(Path(sys.argv[1], "runs").glob("*/*"))
    with get_context("fork").Pool() as pool:
        sys.stdout.write(f"{sum(pool.imap_unordered(parsed, days))}\n")
