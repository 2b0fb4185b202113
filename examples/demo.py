"""Take the diagnosis example from its first run to a model in staging, in its own repository."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / ".demo"
MLTRACK = str(Path(sys.executable).with_name("mltrack"))
ELSEWHERE = ("GIT_", "MLTRACK_STORE", "MLTRACK_RUN_ID", "MLTRACK_EXPERIMENT")
"""Variables that would lead git or mltrack out of the demo's folder begin with one of these."""

REASON = "best accuracy on the held-out patients"


def main() -> None:
    prepare()
    say("Two runs of the same project; the second uses the environment that the first has built.")
    step("mltrack", "run", ".")
    step("mltrack", "run", ".", "-P", "learning_rate=0.3", "-P", "max_depth=3")

    say("The better run's model becomes version 1 of a model, and goes to staging.")
    step("mltrack", "register", "@max:acc", "diagnosis")
    step("mltrack", "promote", "diagnosis/1", "--to", "staging", "-m", REASON)

    say("All of it is text beside the code: commit it.")
    step("git", "add", ".mltrack")
    step("git", "commit", "--quiet", "-m", "Add two runs and the model in staging")

    say("What a colleague sees after a clone:")
    step("mltrack", "ls")
    step("mltrack", "compare", "1", "2")
    step("mltrack", "registry", "history", "diagnosis")
    finish()


def prepare() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    shutil.copytree(
        HERE / "diagnosis", DEMO, ignore=shutil.ignore_patterns(".mltrack", "__pycache__")
    )
    say(f"A git repository with a copy of examples/diagnosis, in {DEMO.name}/")
    step("git", "init", "--quiet", "--initial-branch=main")
    step("git", "config", "user.name", "Demo")
    step("git", "config", "user.email", "demo@example.org")
    step("git", "config", "commit.gpgSign", "false")
    step("git", "add", ".")
    step("git", "commit", "--quiet", "-m", "Add the diagnosis project")


def step(*command: str) -> None:
    """Print a command, run it, and stop here if it fails."""
    print(f"$ {shlex.join(command)}", flush=True)
    program = MLTRACK if command[0] == "mltrack" else command[0]
    variables = {k: v for k, v in os.environ.items() if not k.startswith(ELSEWHERE)}
    argv = [program, *command[1:]]
    code = subprocess.run(argv, cwd=DEMO, env=variables, check=False).returncode
    if code != 0:
        sys.exit(f"the demo stopped: this command ended with exit code {code}")


def say(text: str) -> None:
    print(f"\n# {text}", flush=True)


def finish() -> None:
    say("What to try next:")
    print("cd .demo")
    for words in (
        "show 1",
        "verify 2",
        "run . -P steps=300 -P learning_rate=0.05",
        "ls --max auc",
        "logs 1",
        "model show diagnosis",
    ):
        print(f"{shown_program()} {words}")


def shown_program() -> str:
    """Return how the command is called from the demo's folder, whatever PATH is."""
    program, top = Path(MLTRACK), HERE.parent
    return f"../{program.relative_to(top)}" if program.is_relative_to(top) else shlex.quote(MLTRACK)


if __name__ == "__main__":
    main()
