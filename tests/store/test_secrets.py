"""Secrets are masked before anything is written, and look-alikes are not."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.store.secret_keys import is_secret_key
from mltrack.store.secrets import MASK, masked_argv, masked_text, masked_value

SECRET_KEYS = (
    "password passwd passphrase secret token auth db.password PGPASSWORD DB_PASSWORD api_key "
    "apiKey APIKey OPENAI_API_KEY apikey hf_token HF_TOKEN githubToken access_token auth-token "
    "bot_token client_secret AWS_SECRET_ACCESS_KEY aws.secret.access.key private_key ssh_key "
    "signing_key encryption_key account_key credentials authorization Authorization token_value "
    "token2 refresh_token session_token SLACK_TOKEN secret_key password1"
)
PLAIN_KEYS = (
    "max_tokens tokens tokenizer tokenizer_name token_count num_tokens token_type token_embedding "
    "pad_token eos_token bos_token unk_token mask_token cls_token sep_token "
    "additional_special_token special_tokens per_token sort_key primary_key foreign_key "
    "cache_key key keys public_key keyword author authors authentic secretary bypass "
    "password_file secret_name credentials_path password_length api_key_env token_path "
    "passes compass monkey keypoints attention_mask passenger accessory auth_type "
    "secret_version n_keys"
)
FAKE = "abcDEF0123456789"
SHAPES = [
    "ghp_" + FAKE * 3,
    "github_pat_" + FAKE * 3,
    "glpat-" + FAKE * 2,
    "AKIA" + "ABCDEFGH01234567",
    "AIza" + (FAKE * 3)[:35],
    "ya29." + FAKE * 2,
    "xoxb-" + "123456789-" + FAKE,
    "SG." + FAKE * 2 + "." + FAKE * 2,
    "sk_live_" + FAKE * 2,
    "sk-" + FAKE * 3,
    "sk-proj-" + FAKE * 3,
    "sk-ant-" + "api03-" + FAKE * 4,
    "hf_" + FAKE * 3,
    "npm_" + (FAKE * 3)[:36],
    "pypi-Ag" + FAKE * 5,
    "Bearer " + FAKE * 2,
    "123456789:AA" + (FAKE * 3)[:33],
    "eyJ" + FAKE + ".eyJ" + FAKE + "." + FAKE,
    "hooks.slack.com/services/" + "T0000/B0000/" + FAKE,
]
LOOK_ALIKES = [
    "max_tokens: 512",
    "tokenizer: bert-base-uncased",
    "sk-learn-pipeline-with-scaler-and-more",
    "a basic responsibility",
    "0123456789abcdef0123456789abcdef01234567",
    "sha256:0123456789abcdef",
    "https://example.org/path?mail=ada@example.org",
    "https://example.org:8080/a@b",
    "token: str",
    "token = tokenizer.encode(text)",
    "password: SecretStr",
    "password=settings.password",
    "api_key = os.environ['API_KEY']",
    "api_key='${OPENAI_API_KEY}'",
    'password="<your-password>"',
    "token='{{ token }}'",
    "pad_token = '<|endoftext|>'",
    "secret_santa = 12345678",
    "password: 12345678",
    "eyJ is how JSON begins",
    "The password: must be long",
    "password = '********'",
]


@pytest.mark.parametrize("key", SECRET_KEYS.split())
def test_the_value_of_a_secret_key_is_masked(key: str) -> None:
    assert is_secret_key(key)
    assert masked_value(key, "correct horse") == MASK


@pytest.mark.parametrize("key", PLAIN_KEYS.split())
def test_the_value_of_a_key_that_only_looks_alike_is_kept(key: str) -> None:
    assert masked_value(key, "correct horse") == "correct horse"


@pytest.mark.parametrize(
    "value", [87654321, 1.5, True, None, "12345678", "1e10", "short", "$TOKEN"]
)
def test_numbers_short_texts_and_names_of_variables_are_kept(value: object) -> None:
    assert masked_value("password", value) == value


def test_an_allowed_key_is_never_masked() -> None:
    assert masked_value("api_token", "abcdefghij", frozenset({"api_token"})) == "abcdefghij"


def test_all_texts_below_a_secret_key_are_masked() -> None:
    tree = {"credentials": {"user": "somebody1", "port": 5432, "more": [{"x": "somewhere"}]}}
    assert masked_value("db", tree) == {
        "credentials": {"user": MASK, "port": 5432, "more": [{"x": MASK}]}
    }


@pytest.mark.parametrize("token", SHAPES)
@pytest.mark.parametrize("around", ["{}", "x = {} # y", "'{}'", "a={},b", "https://x/?t={}"])
def test_a_token_is_masked_by_its_shape(token: str, around: str) -> None:
    masked = masked_text(around.format(token))
    assert FAKE[:8] not in masked
    assert MASK in masked


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_text_that_only_looks_alike_is_kept(text: str) -> None:
    assert masked_text(text) == text


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://ada:pw@host.org/x.git", "https://host.org/x.git"),
        ("https://token@host.org/x", "https://host.org/x"),
        ("HTTPS://ada:p@ss@host.org/x", "HTTPS://host.org/x"),
        ("see postgresql+psycopg://ada:pw@db:5432/x?a=b", "see postgresql+psycopg://db:5432/x?a=b"),
        ("ssh://git@host.org/x", "ssh://host.org/x"),
    ],
)
def test_user_and_password_are_cut_from_urls(url: str, masked: str) -> None:
    assert masked_text(url) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password = 'hunter2hunter2'", "password = '****'"),
        ('{"api_key": "abcdefghij"}', '{"api_key": "****"}'),
        ("export HF_TOKEN=abcdefghij", "export HF_TOKEN=****"),
        ("db.password: hunter2hunter2", "db.password: ****"),
        ("run --api-key=abcdefghij --x=1", "run --api-key=**** --x=1"),
        ("connect(password=hunter2x9)", "connect(password=****)"),
    ],
)
def test_what_a_text_assigns_to_a_secret_key_is_masked(text: str, masked: str) -> None:
    assert masked_text(text) == masked


def test_a_private_key_is_masked_and_the_text_keeps_its_lines() -> None:
    header = ["-----BEGIN RSA PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128"]
    body = ["", FAKE, f"{FAKE}==", "-----END RSA PRIVATE KEY-----"]
    text = "\n".join(["before", *header, *body, "after"])
    lines = masked_text(text).split("\n")
    assert lines == ["before", *[MASK] * 3, "", *[MASK] * 3, "after"]


def test_a_private_key_without_an_end_is_masked_to_the_end() -> None:
    assert masked_text(f"-----BEGIN PRIVATE KEY-----\n{FAKE}\n{FAKE}") == "\n".join([MASK] * 3)


def test_the_secrets_of_a_command_line_are_masked() -> None:
    argv = [
        "train.py",
        "--token",
        "abcdefghij",
        "--max_tokens",
        "5120000000",
        "-P",
        "password=secretive",
    ]
    argv += [
        "--api-key=abcdefghij",
        "model.api_key=abcdefghij",
        "--token",
        "--verbose",
        "plainvalue",
    ]
    assert masked_argv(argv) == [
        *["train.py", "--token", MASK, "--max_tokens", "5120000000", "-P", f"password={MASK}"],
        *[f"--api-key={MASK}", f"model.api_key={MASK}", "--token", "--verbose", "plainvalue"],
    ]


SECONDS = 5
"""Ten times what it takes on a slow machine; a time that grew with the square would be hours."""
REPEATED = (
    "a= a: a=' eyJ eyJ- eyJaaaaaaaaaaa. -----BEGIN -----BEGIN_A -----BEGIN_PRIVATE_KEY----- ----- "
    "a:// a://b@ sk- sk-ant- SG. xoxb- - _ token= password=' ghp_ hf_ A Aa A0 1 12345678:AA "
    "token=a1234567 ya29. pypi-Ag a.b a@ < $ \" ' é \n \t \0"
)


def test_the_time_to_mask_awkward_characters_grows_no_faster_than_their_number() -> None:
    pieces = [piece.replace("_", " ") for piece in REPEATED.split(" ")]
    starts = ["", "eyJ", "token='", "-----BEGIN PRIVATE KEY-----", "https://"]
    for start, piece in itertools.product(starts, pieces):
        text = start + piece * (300_000 // len(piece))
        began = time.process_time()
        masked_text(text)
        is_secret_key(text)
        assert time.process_time() - began < SECONDS, (start, piece)


@given(st.text())
def test_any_text_is_masked_once_and_keeps_its_lines(text: str) -> None:
    masked = masked_text(text)
    assert masked_text(masked) == masked
    assert masked.count("\n") == text.count("\n")
