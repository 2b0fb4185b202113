"""What a run of a project cannot do without: python floor_project.py PYTHON COMMANDS.

It imports typer, parses project.yaml with the C loader, runs the git commands in the file COMMANDS,
a JSON list of lists each, and the script with PYTHON.
"""

import json
import subprocess
import sys
from pathlib import Path

import typer
from yaml import CSafeLoader

python, commands = sys.argv[1:]
project = CSafeLoader(Path("project.yaml").read_bytes()).get_single_data()
for command in json.loads(Path(commands).read_text()):
    subprocess.run(["git", *command], stdin=subprocess.DEVNULL, capture_output=True, check=False)
script = project["entry_points"]["main"]["command"][1:]
sys.exit(subprocess.run([python, *script], check=False).returncode or typer is None)
