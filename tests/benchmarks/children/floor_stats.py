"""Import what a table needs, and ask the system once for each run's folder and its run.yaml."""

import os
import sys

import rich.table
import typer

TOP = f"{sys.argv[1]}/runs"
count = 0
for month in os.listdir(TOP):
    for day in os.listdir(f"{TOP}/{month}"):
        here = f"{TOP}/{month}/{day}"
        for run in os.listdir(here):
            folder = f"{here}/{run}"
            os.stat(folder)
            os.stat(f"{folder}/run.yaml")
            count += 1
sys.stdout.write(f"{count} {rich.table.Table.__name__} {typer.Typer.__name__}\n")
