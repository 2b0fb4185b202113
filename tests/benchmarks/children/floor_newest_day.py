"""Import what a table needs and list the folder of the newest day: python ... STORE."""

import os
import sys

import rich.table
import typer

month = max(os.listdir(f"{sys.argv[1]}/runs"))
day = max(os.listdir(f"{sys.argv[1]}/runs/{month}"))
sys.stdout.write(f"{len(os.listdir(f'{sys.argv[1]}/runs/{month}/{day}'))}\n")
sys.stdout.write(f"{rich.table.Table.__name__} {typer.Typer.__name__}\n")
