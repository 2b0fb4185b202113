"""Fifty secrets are planted wherever a run is recorded: none is written; fifty look-alikes are."""

import gzip
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.registry.project import package
from tests.support.cli import Cli
from tests.support.programs import Programs
from tests.support.repository import Repository

BODY = "Zq7Xv2Lm9Tb4Kd8W"
TOKENS = {
    "github": "ghp_{0}{0}{0}",
    "github-app": "ghs_{0}{0}{0}",
    "github-fine": "github_pat_{0}_{0}{0}",
    "gitlab": "glpat-{0}{0}",
    "slack": "xoxb-1234567890-{0}",
    "stripe": "sk_live_{0}{0}",
    "openai": "sk-proj-{0}{0}{0}",
    "anthropic": "sk-ant-api03-{0}{0}{0}",
    "hugging": "hf_{0}{0}{0}",
    "jwt": "eyJ{0}.eyJ{0}.{0}{0}",
    "sendgrid": "SG.{0}{0}.{0}{0}",
    "google": "ya29.{0}{0}",
    "pypi": "pypi-Ag{0}{0}{0}",
}
"""Tokens of services; each place gets one with a number of its own in it."""


LOOK_ALIKES: dict[str, object] = {
    "max_tokens": 512,
    "max_new_tokens": "1024-and-more",
    "tokenizer": "bert-base-uncased",
    "tokenizer_path": "models/tokenizer-v2",
    "token_type": "subword-bpe",
    "num_tokens": 30522,
    "pad_token": "<|endoftext|>",
    "eos_token": "</sentence>",
    "mask_token": "[MASK]-wordpiece1",
    "special_tokens": "bos1-eos1-pad1",
    "token_count": "1234567890",
    "tokens_per_second": 1834.25,
    "key_size": "2048-bits-rsa",
    "sort_key": "timestamp2-desc",
    "primary_key": "customer_id2",
    "foreign_key": "order_id2-region",
    "keyframe": "frame0012345",
    "keyboard": "qwerty-layout2",
    "monkey": "macaca-mulatta2",
    "password_length": "twelve-to-16",
    "password_policy": "strong-2024-rules",
    "password_file": "secrets/db2.txt",
    "secret_name": "prod-db-2-creds",
    "secretary": "Grace-Hopper-1906",
    "author": "Ada Lovelace 1815",
    "authority": "city-council-2",
    "auth_type": "kerberos5-krb",
    "passenger": "Titanic-1912-Rose",
    "compass": "north-east-42deg",
    "bypass": "layers-10-to-12",
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "digest": "sha256:" + "0123456789abcdef" * 4,
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    "dataset": "s3://bucket/train/part-0001.parquet",
    "url": "https://example.org:8080/a/b?page=2&sort=name",
    "mail": "ada.lovelace@example.org",
    "checkpoint": "checkpoint-epoch12-val0.0312",
    "model": "sk-learn-pipeline-with-scaler-and-more",
    "hf_model": "hf_internal/tiny-random-bert",
    "package": "npm_registry-client",
    "version": "2026.11.24+cu121.gitdeadbeef",
    "seed": 1234567890123456789,
    "hours": "08:30-17:45",
    "formula": "y ~ x1 + x2 : x3",
    "regex": "^[a-z0-9]{8,64}$",
    "license": "Apache-2.0-WITH-LLVM",
    "optimizer": "AdamW(lr=0.00012345, betas=(0.9, 0.999))",
    "class_name": "torch.nn.modules.Linear1d",
}
MASKED_IN_THE_RUN = (
    *("the command line", "code.patch.gz", "the address of the remote", "the traceback"),
    *("the name of the run", "the source of input data", "the param 'db'", "the tag 'comment'"),
    *("conf/settings.yaml", "conf/settings.json"),
)
"""What is spoken of when secrets are left out of a run."""


class Planted:
    """Gives secrets that are all different, and knows them."""

    def __init__(self) -> None:
        self.cores: dict[str, str] = {}

    def plain(self, place: str) -> str:
        """Return a password for a place: nothing but its key tells that it is one."""
        core = f"hunter{len(self.cores):02}{BODY[:6]}"
        self.cores[place] = core
        return core

    def token(self, place: str) -> str:
        """Return a token for a place, which its own shape gives away."""
        number = len(self.cores)
        core = f"{BODY[:-2]}{number:02}"
        self.cores[place] = core
        return list(TOKENS.values())[number % len(TOKENS)].format(core)


TRAIN = """
import sys, mltrack
p = {p!r}
with mltrack.start_run(name=p["name"], params={{"db": {{"password": p["nested"]}}}}) as run:
    run.log_params({{"api_key": p["api_key"], "note": p["in text"], "urls": [p["listed"]]}})
    run.log_param("conn", "postgresql://ada:" + p["url param"] + "@db:5432/x")
    run.set_tag("hf_token", p["tag"])
    run.set_tag("comment", "use " + p["tag text"] + " for this")
    run.log_dict({{"auth": {{"secret": p["dict"]}}, "t": [p["dict text"]]}}, "conf/settings.yaml")
    run.log_dict({{"client_secret": p["json"]}}, "conf/settings.json")
    run.log_input([1, 2], "rows", source="https://ada:" + p["source"] + "@x.org/d?a=1")
    run.log_input([1, 3], "signed", source="s3://b/d?X-Amz-Signature=" + p["signed"])
    run.log_input([1, 4], "noted", source="from " + p["source text"])
    run.log_metric("loss", 1)
    def connect(password):
        try:
            raise ValueError("first with " + p["cause"])
        except ValueError:
            raise OSError("cannot reach mysql://root:" + p["error"] + "@db with " + p["error text"])
    connect(p["local"])
"""
PATCHED = """
password = "{0}"
TOKEN = "{1}"
client = connect(api_key="{2}")
header = {{"Authorization": "Bearer {3}"}}
dsn = "amqp://guest:{4}@mq:5672"
key = '''-----BEGIN RSA PRIVATE KEY-----
{5}
-----END RSA PRIVATE KEY-----'''
"""


def everything(root: Path) -> dict[str, bytes]:
    """Return every file of a store, what is packed unpacked, with its path before its bytes."""
    found = {}
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            found[str(path)] = gzip.decompress(data) if path.suffix == ".gz" else data
    return found


def planted_in_code(repo: Repository, planted: Planted) -> None:
    """Leave secrets in a changed file, in a new one, and in the address of the remote."""
    for place, name in (("changed", "model.py"), ("new", "fresh.py")):
        names = ("password", "token", "call", "header", "address", "key")
        values = [planted.plain(f"{place} {n}") for n in names]
        values[3] *= 2
        repo.write(name, PATCHED.format(*values))
    repo.git("checkout", "--quiet", "-b", f"try-{planted.token('branch')}")
    remote = planted.token("remote")
    repo.git("remote", "add", "origin", f"https://ada:{remote}@example.org/x.git")


def planted_in_a_run(programs: Programs, planted: Planted) -> str:
    """Let a program fail that hands secrets to every call, and return what it said."""
    places = {
        **{p: planted.plain(p) for p in ("nested", "api_key", "url param", "tag", "dict", "json")},
        **{p: planted.plain(p) for p in ("source", "signed", "error")},
        **{p: planted.token(p) for p in ("name", "in text", "listed", "tag text", "dict text")},
        **{p: planted.token(p) for p in ("source text", "cause", "error text", "local")},
    }
    argv = [
        *("--password", planted.plain("argv option"), f"--api-key={planted.plain('argv equals')}"),
        *("-P", f"secret={planted.plain('argv P')}", planted.token("argv token")),
        f"https://ada:{planted.plain('argv url')}@x.org",
    ]
    return programs.run(TRAIN.format(p=places), *argv, ok=False).err


class Said(NamedTuple):
    """A command that was given a secret, and what it said of it."""

    command: tuple[str, ...]
    talk: str


def planted_in_words(cli: Cli, planted: Planted, outside: Path) -> list[Said]:
    """Say secrets in everything that is said of runs, experiments and models."""
    run = cli("ls", "-o", "json").json()["runs"][0]["id"]
    built = str(package(outside / "package"))
    t = planted.token
    commands = [
        ("note", run, f"log in with {t('note')}"),
        ("tag", run, f"api_token={planted.plain('later tag')}"),
        ("rename", run, f"the run with {t('new name')}"),
        ("register", built, "churn", "--description", f"made with {t('description')}"),
        ("register", built, "other", "-m", f"because {t('registering')}"),
        ("promote", "churn/1", "--to", "staging", "-m", f"works with {t('why')}"),
        ("start", "--name", f"run {t('start')}", "-t", f"secret={planted.plain('start tag')}"),
        ("log", "param", "api_key", planted.plain("shell param")),
        ("finish",),
        ("experiment", "tag", "default", f"secret={planted.plain('experiment tag')}"),
        ("rm", run, "--yes", "-m", f"it had {t('removal')}"),
        ("restore", run, "-m", f"put {t('restore')} back"),
    ]
    said = []
    for command in commands:
        done = cli(*command)
        assert done.code == 0, (command, done.err)
        said.append(Said(command, done.err))
    return said


def test_no_secret_of_fifty_is_written_and_every_mask_is_said(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    for name in ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, f"postgresql://ada:{planted.plain(name)}@db/x")
    planted_in_code(repo, planted)
    talk = planted_in_a_run(Programs(repo.path), planted)
    said = planted_in_words(Cli(repo.path), planted, tmp_path)
    assert len(planted.cores) >= 50
    written = everything(repo.path / ".mltrack")
    found = [
        (place, path)
        for place, core in planted.cores.items()
        for path, data in written.items()
        if core.encode() in data or core in path
    ]
    assert found == []
    assert [word for word in MASKED_IN_THE_RUN if word not in talk] == []
    silent = [one.command for one in said if "masked" not in one.talk]
    assert [command[0] for command in silent] == ["finish"]


@pytest.mark.parametrize("command", [("start", "--experiment"), ("experiment", "create")])
def test_an_experiment_cannot_be_named_like_a_secret(
    repo: Repository, command: tuple[str, ...]
) -> None:
    token = Planted().token("name")
    done = Cli(repo.path)(*command, token)
    assert done.code == 2
    assert "looks like a secret" in done.err
    assert token not in done.err
    assert not any(token.encode() in d for d in everything(repo.path / ".mltrack").values())


def test_a_model_cannot_be_named_like_a_secret(repo: Repository, tmp_path: Path) -> None:
    Cli(repo.path)("init")
    done = Cli(repo.path)("register", str(package(tmp_path / "package")), Planted().token("name"))
    assert done.code == 2
    assert "looks like a secret" in done.err
    assert not (repo.path / ".mltrack" / "models").exists()


def test_a_command_of_a_project_is_recorded_without_secrets(repo: Repository) -> None:
    command = f'["python", "-c", "pass", "--password={BODY}"]'
    repo.write(
        "project.yaml", f"format: 1\nname: p\nentry_points: {{main: {{command: {command}}}}}\n"
    )
    done = Cli(repo.path)("run", ".", "--env", "local", "--name", f"password={BODY}")
    assert done.code == 0, done.err
    kept = everything(repo.path / ".mltrack" / "runs")
    assert not any(BODY.encode() in data for data in kept.values())


def test_fifty_look_alikes_are_written_as_they_are(repo: Repository) -> None:
    cli = Cli(repo.path)
    assert len(LOOK_ALIKES) == 50
    repo.write("train.py", "".join(f"# {k}: {v}\n{k} = {v!r}\n" for k, v in LOOK_ALIKES.items()))
    options = [f"--{key}={value}" for key, value in LOOK_ALIKES.items()]
    code = "import mltrack\nwith mltrack.start_run(params=P, tags=P) as r: r.log_dict(P, 'p.yaml')"
    ended = Programs(repo.path).run(f"P = {LOOK_ALIKES!r}\n{code}", *options)
    assert "mask" not in ended.err
    note = ", ".join(f"{key}: {value}" for key, value in LOOK_ALIKES.items())
    assert "mask" not in cli("note", "1", note).err
    run = cli("show", "1", "-o", "json").json()["run"]
    assert run["params"] == run["tags"] == LOOK_ALIKES
    written = everything(repo.path / ".mltrack" / "runs")
    assert [path for path, data in written.items() if b"****" in data] == []
    patch = next(data for path, data in written.items() if path.endswith("code.patch.gz"))
    assert note in everything_said(repo.path)
    assert all(f"+# {k}: {v}\n".encode() in patch for k, v in LOOK_ALIKES.items())


def everything_said(project: Path) -> str:
    """Return the text of all notes."""
    return "\n".join(
        n["text"] for n in Cli(project)("show", "1", "-o", "json").json()["run"]["notes"]
    )
