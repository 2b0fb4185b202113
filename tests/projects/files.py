"""Project files for tests: whole ones, and broken ones with what is to be said of each."""

from pathlib import Path
from typing import NamedTuple

from mltrack.projects.file import codec
from mltrack.projects.spec import ProjectSpec

HEAD = "format: 1\nname: churn\n"
ENTRY = "entry_points: {main: {command: [python, x.py]}}\n"
NAMED = ("requirements.txt", "constraints.txt", "pyproject.toml", "pylock.toml", "train.py")
"""The files that project files of tests may name."""


class Bad(NamedTuple):
    """A broken project file: its line that is at fault, what is said, and how to mend it.

    Attributes:
        unseen: why a JSON schema cannot refuse it; empty where it does.
    """

    text: str
    line: int
    message: str
    fix: str = ""
    unseen: str = ""


def read(folder: Path, text: str) -> ProjectSpec:
    """Read a text as the project file of a folder that has the files in `NAMED`."""
    for name in NAMED:
        (folder / name).touch()
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    return codec.read(folder)


def _env(text: str, line: int, message: str, fix: str = "", unseen: str = "") -> Bad:
    """Return a file that is broken in `env`; its lines are counted from that of `env:`."""
    return Bad(f"{HEAD}env:\n{text}\n{ENTRY}", line + 2, message, fix, unseen)


def _param(text: str, message: str, fix: str = "", unseen: str = "") -> Bad:
    return Bad(f"{HEAD}params:\n  p: {text}\n{ENTRY}", 4, message, fix, unseen)


def _entry(text: str, message: str, fix: str = "", unseen: str = "") -> Bad:
    params = "params: {lr: {type: float, default: 0.1}, note: {optional: true}}\n"
    return Bad(f"{HEAD}{params}entry_points:\n  main: {text}\n", 5, message, fix, unseen)


def _after(text: str, message: str, fix: str = "", unseen: str = "") -> Bad:
    return Bad(f"{HEAD}{ENTRY}{text}\n", 4, message, fix, unseen)


_NAMES = "what may name a project is more than a pattern says"
_DISK = "a schema does not see the disk"
_OTHERS = "a schema does not hold one key against another's value"
_TEMPLATE = "a schema does not read templates"
_TEXT = "a schema has no such test of a text"

WHOLE = """\
format: 1
name: churn
env:
  python: ">=3.11,<3.14"
  requirements: [Scikit_Learn == 1.8.*, pandas]
  constraints: constraints.txt
  index: {url: "https://pypi.org/simple", extra: ["https://example.org/simple"]}
  vars: {OMP_NUM_THREADS: "2", EMPTY: ""}
  pass: [CUDA_VISIBLE_DEVICES, SLURM_*]
  secrets: [HF_TOKEN]
  system_site_packages: true
params:
  lr:     {type: float, default: 1e-1, min: 0, max: 1, help: learning rate}
  solver: {choices: [lbfgs, saga], default: lbfgs}
  layers: {type: list, items: int, default: [64, 32]}
  data:   {type: path, optional: true, keep: true}
  source:
    type: uri
    default: https://example.org/a.csv
    sha256: E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
  since:  {type: datetime, default: "2026-01-31T12:00:00"}
  extra:  {type: json, default: {folds: 5}}
  plain:
entry_points:
  main: {command: [python, train.py, --lr, "{lr}", "{{literal}}"]}
  other: {command: ["./script", "--data={data}"], params: [data], timeout_seconds: 1.5}
  package: {module: churn.evaluate, args: auto, params: [lr, solver]}
  script: {file: train.py, args: ["--lr={lr}", --fast], shell: false}
  piped: {command: "grep -c {solver} data.csv | sort", shell: true}
outputs:
  - report.html
  - {path: out/*.png, to: plots/}
verify:
  ignore: [fit_seconds]
  rtol: {auc: 1e-6}
  atol: 0
"""

GOOD = {
    "whole": WHOLE,
    "least": HEAD + ENTRY,
    "sections left empty": HEAD + "env:\nparams:\noutputs:\nverify:\n" + ENTRY,
    "a requirements file": HEAD + "env: {requirements_file: requirements.txt}\n" + ENTRY,
    "a file of the project": HEAD + "env: {pyproject: }\n" + ENTRY,
    "extras": HEAD + "env: {pyproject: {extras: [train], groups: [dev]}}\n" + ENTRY,
    "a lock": HEAD + "env: {lock: pylock.toml}\n" + ENTRY,
    "no limits": HEAD + "params: {a: {type: int}, b: {type: list, items: float}}\n" + ENTRY,
}

BAD = {
    # the file itself
    "no mapping": Bad("- a\n", 1, "the file must be a mapping"),
    "no format": Bad("name: x\n" + ENTRY, 1, "the file has no format", "add format: to it"),
    "a later format": Bad("format: 2\nname: x\n" + ENTRY, 1, "format 2 is not", "format: 1"),
    "format as text": Bad('format: "1"\nname: x\n' + ENTRY, 1, "must be a whole number, not '1'"),
    "no name": Bad("format: 1\n" + ENTRY, 1, "the file has no name", "add name: to it"),
    "an empty name": Bad("format: 1\nname:\n" + ENTRY, 2, "name is empty", "give it a value"),
    "a number as name": Bad("format: 1\nname: 5\n" + ENTRY, 2, "must be text", '"5"'),
    "a path as name": Bad(
        "format: 1\nname: ../x\n" + ENTRY, 2, "cannot name a project", "use letters"
    ),
    "a space before the name": Bad(
        'format: 1\nname: " x"\n' + ENTRY, 2, "cannot name a project", unseen=_NAMES
    ),
    "unknown key": Bad(
        HEAD + "entry_pionts: {}\n", 3, "unknown key entry_pionts, did you mean entry_points?"
    ),
    # env
    "env as list": Bad(HEAD + "env: [pandas]\n" + ENTRY, 3, "env must be a mapping"),
    "env: unknown key": _env("  pyton: x", 2, "unknown key pyton, did you mean python?"),
    "python as number": _env(
        "  python: 3.11", 2, "python must be text, not 3.11", 'quotes: "3.11"'
    ),
    "python as version": _env("  python: '3.11'", 2, "not a comparison", '">=3.11', _TEXT),
    "two sources": _env(
        "  requirements: [pandas]\n  python: '>=3.11'\n  lock: pylock.toml",
        4,
        "lock stands beside requirements (line 4), and an environment has one source of packages",
        "keep one of requirements, lock",
    ),
    "three sources": _env(
        "  lock: pylock.toml\n  pyproject:\n  requirements: []",
        3,
        "pyproject stands beside lock (line 4)",
        "keep one of lock, pyproject, requirements",
    ),
    "requirements as text": _env("  requirements: pandas", 2, "must be a list, not 'pandas'"),
    "requirement as number": _env("  requirements:\n  - pandas\n  - 5", 4, "holds 5", '"5"'),
    "option as requirement": _env(
        "  requirements:\n  - pandas\n  - -r x.txt", 4, "is not a requirement", unseen=_TEXT
    ),
    "a missing file": _env(
        "  requirements_file: no.txt", 2, "no.txt", "correct the path", unseen=_DISK
    ),
    "a folder as file": _env("  lock: .", 2, "there is no file", unseen=_DISK),
    "an absolute path": _env("  lock: /etc/pylock.toml", 2, "a path of this machine", "relative"),
    "a path at home": _env("  lock: ~/pylock.toml", 2, "a path of this machine", "relative"),
    "a path out of the repository": _env(
        "  lock: a/../../../pylock.toml", 2, "leads out of the repository", unseen=_DISK
    ),
    "an empty path": _env("  lock: ''", 2, "'' is no path of a file"),
    "a path as list": _env("  requirements_file: [a.txt]", 2, "must be text, not ['a.txt']"),
    "constraints of a lock": _env(
        "  lock: pylock.toml\n  constraints: constraints.txt",
        3,
        "of no use beside a lock",
        "remove",
    ),
    "pyproject as text": _env("  pyproject: pyproject.toml", 2, "pyproject must be a mapping"),
    "pyproject: unknown key": _env("  pyproject: {extra: [a]}", 2, "did you mean extras?"),
    "pyproject: no name": _env("  pyproject: {extras: ['a b']}", 2, "'a b' is no name of an extra"),
    "index as text": _env("  index: https://pypi.org/simple", 2, "env.index must be a mapping"),
    "index with credentials": _env(
        "  index: {url: 'https://me:secret@example.org/simple'}",
        2,
        "the address of example.org holds a user name or a password",
        "keyring, or ~/.netrc",
    ),
    "index with a user name": _env(
        "  index:\n    extra:\n    - https://pypi.org/simple\n    - https://token@example.org/simple",
        5,
        "example.org holds a user name",
        "keyring",
    ),
    "index as folder": _env("  index: {url: ../wheels}", 2, "no address", "--find-links"),
    "index as file": _env("  index: {url: 'file:///wheels'}", 2, "no address", "--find-links"),
    "index without a host": _env("  index: {url: 'https://'}", 2, "no address"),
    "index with half a host": _env("  index: {url: 'https://[::1'}", 2, "no address", unseen=_TEXT),
    "index with a space": _env("  index: {url: 'https://a b'}", 2, "no address"),
    "a number as variable": _env(
        "  vars:\n    A: x\n    N: 2", 4, "N must be text, not 2", 'write it in quotes: "2"'
    ),
    "a bool as variable": _env("  vars: {N: true}", 2, "N must be text, not true", '"true"'),
    "an empty variable": _env("  vars: {N: }", 2, "N is empty"),
    "no name of a variable": _env("  vars: {1A: x}", 2, "'1A' is no name of a variable"),
    "a variable of ours": _env("  vars: {MLTRACK_STORE: x}", 2, "by the runner itself", "remove"),
    "the search path": _env("  vars: {PATH: /bin}", 2, "PATH is set, or taken away, by the runner"),
    "the path of modules": _env("  vars: {PYTHONPATH: src}", 2, "PYTHONPATH is set"),
    "a variable with no end": _env('  vars: {A: "a\\0b"}', 2, "no variable can hold", unseen=_TEXT),
    "a variable that is a secret": _env(
        "  secrets: [KEY]\n  vars: {KEY: x}", 3, "KEY is one of the secrets", unseen=_OTHERS
    ),
    "pass everything": _env("  pass: ['*']", 2, "does not say which", "SLURM_*"),
    "pass a value": _env("  pass: [A=1]", 2, "'A=1' does not say which"),
    "a pattern of secrets": _env("  secrets:\n  - A\n  - B_*", 4, "'B_*' is no name of a variable"),
    "site packages as text": _env("  system_site_packages: yes", 2, "must be true or false"),
    # params
    "params as list": Bad(HEAD + "params: [lr]\n" + ENTRY, 3, "params must be a mapping"),
    "param as value": _param("0.1", "params.p must be a mapping, not 0.1"),
    "param: unknown key": _param("{typ: int}", "unknown key typ, did you mean type?"),
    "unknown type": _param("{type: flaot}", "no type flaot, did you mean float?"),
    "default of another type": _param("{type: int, default: x}", "cannot be 'x'"),
    "default out of bounds": _param("{type: int, default: 5, max: 4}", "at most 4", unseen=_OTHERS),
    "default that is no choice": _param(
        "{choices: [a], default: b}", "must be one of a", unseen=_OTHERS
    ),
    "default as number": _param("{default: 5}", "cannot be 5", 'quotes: "5"'),
    "default left empty": _param("{default: }", "default is empty", "optional: true"),
    "bounds of a text": _param("{min: 4}", "min is for int and float, not for str"),
    "a bound that is no number": _param(
        "{type: float, min: .nan}", "min is not a number", unseen=_OTHERS
    ),
    "bounds the wrong way": _param("{type: int, min: 2, max: 1}", "no value fits", unseen=_OTHERS),
    "min as text": _param("{type: int, min: '4'}", "min must be a number, not '4'"),
    "choice of another type": _param("{type: int, choices: [1, x]}", "'x'"),
    "choices as text": _param("{choices: a}", "choices must be a list"),
    "items of a text": _param("{items: int}", "items is for list, not for str"),
    "lists in a list": _param("{type: list, items: list}", "else use json"),
    "optional as text": _param("{optional: 'no'}", "must be true or false, not 'no'"),
    "help as number": _param("{help: 5}", "help must be text", '"5"'),
    "sha256 of a text": _param(f"{{sha256: {'0a' * 32}}}", "sha256 is for path and uri"),
    "sha256 too short": _param("{type: path, sha256: abc}", "'abc' is no sha256", "sha256sum"),
    "sha256 as number": _param(f"{{type: path, sha256: {'1' * 64}}}", "must be text", "quotes"),
    "keep of a number": _param("{type: int, keep: true}", "keep is for path and uri, not for int"),
    "name of a param": Bad(HEAD + "params: {1a: {}}\n" + ENTRY, 3, "'1a' is not a name"),
    "a param called help": Bad(
        HEAD + "params: {help: {}}\n" + ENTRY, 3, "no parameter can be called help", "another name"
    ),
    # entry_points
    "no entry point": Bad(HEAD, 1, "no entry point", "entry_points: {main:"),
    "empty entry points": Bad(HEAD + "entry_points: {}\n", 3, "no entry point"),
    "entry as list": _entry("[python, x.py]", "entry_points.main must be a mapping"),
    "entry that starts nothing": _entry("{}", "main starts nothing", "command: [python, train.py]"),
    "entry that starts two things": _entry(
        "{command: [a], module: b}", "module stands beside command (line 5)", "keep one of command"
    ),
    "entry: unknown key": _entry("{comand: [a]}", "unknown key comand, did you mean command?"),
    "command as text": _entry(
        "{command: python x.py}", "command must be a list", "or add shell: true"
    ),
    "command empty": _entry("{command: []}", "the command is empty"),
    "command that begins with nothing": _entry("{command: ['']}", "the command is empty"),
    "command with a number": _entry("{command: [python, 5]}", "holds 5, which is no text", '"5"'),
    "placeholder without quotes": _entry(
        "{command: [python, {lr}]}", "which is no text", 'a placeholder needs quotes: "{lr}"'
    ),
    "placeholder of nothing": _entry(
        '{command: [a, "{rl}"]}', "{rl} in '{rl}' names no parameter", unseen=_TEMPLATE
    ),
    "lonely brace": _entry('{command: [a, "{"]}', "a brace stands alone", "{{", unseen=_TEMPLATE),
    "placeholder of another entry": _entry(
        '{command: [a, "{lr}"], params: [note]}',
        "{lr} is no parameter of the entry point main",
        "add lr to them",
        unseen=_TEMPLATE,
    ),
    "no bytes": _entry('{command: ["a\\0b"]}', "no command can hold", "remove", unseen=_TEXT),
    "undeclared parameter": _entry(
        "{command: [a], params: [ntoe]}", "did you mean note?", "declare it", unseen=_OTHERS
    ),
    "args of a command": _entry("{command: [a], args: auto}", "args is for module and file"),
    "args as text": _entry("{module: a.b, args: --fast}", "args must be auto or a list", "--fast"),
    "args with a number": _entry("{module: a.b, args: [1]}", "args holds 1", '"1"'),
    "placeholder in args": _entry(
        '{file: train.py, args: ["{x}"]}', "{x} in '{x}' names no parameter", unseen=_TEMPLATE
    ),
    "file as module": _entry("{module: a/b.py}", "'a/b.py' is no name of a module", "without .py"),
    "a missing program": _entry("{file: no.py}", "no.py", "correct the path", unseen=_DISK),
    "a program elsewhere": _entry("{file: /x.py}", "a path of this machine"),
    "an option as program": _entry("{file: -x.py}", "'-x.py' is no path of a file"),
    "shell of a list": _entry("{command: [a], shell: true}", "the command is one text"),
    "shell of a module": _entry(
        "{module: a, shell: true}", "a shell reads a command, not a module"
    ),
    "shell: quotes around": _entry(
        """{command: 'echo "{note}"', shell: true}""",
        'a placeholder stands in "{note}"',
        "outside quotes",
        unseen=_TEMPLATE,
    ),
    "shell: here-document": _entry(
        '{command: "cat <<E\\n{note}\\nE", shell: true}', "here-document", unseen=_TEMPLATE
    ),
    "shell: its own variable": _entry(
        "{command: 'echo ${lr}', shell: true}", "stands in ${lr}", unseen=_TEMPLATE
    ),
    "no time": _entry("{command: [a], timeout_seconds: 0}", "more than 0, not 0"),
    "time without end": _entry(
        "{command: [a], timeout_seconds: .inf}", "more than 0, not inf", unseen=_TEXT
    ),
    "time as text": _entry("{command: [a], timeout_seconds: 2h}", "must be a number, not '2h'"),
    # outputs, verify
    "outputs as text": _after("outputs: out/*.png", "outputs must be a list"),
    "output as number": _after("outputs: [5]", "outputs.0 must be a mapping, not 5"),
    "output: unknown key": _after("outputs: [{paht: a}]", "did you mean path?"),
    "output of nothing": _after("outputs: [{to: a}]", "outputs.0 has no path", "add path:"),
    "output elsewhere": _after("outputs: [../a]", "'../a' is no path below the project's folder"),
    "output of the machine": _after("outputs: [{path: /tmp/a}]", "'/tmp/a' is no path below"),
    "output to elsewhere": _after("outputs: [{path: a, to: b/../..}]", "'b/../..' is no path"),
    "output of all": _after("outputs: ['']", "'' is no path below"),
    "verify: unknown key": _after("verify: {rotl: 1}", "did you mean rtol?"),
    "verify: ignore as text": _after("verify: {ignore: a}", "ignore must be a list"),
    "verify: less than nothing": _after("verify: {rtol: -1}", "a tolerance cannot be -1", "1e-6"),
    "verify: text": _after("verify: {atol: {auc: small}}", "auc must be a number, not 'small'"),
    "verify: bool": _after("verify: {atol: true}", "atol must be a number, not true"),
    "verify: endless": _after("verify: {rtol: .inf}", "a tolerance cannot be inf", unseen=_TEXT),
}
