"""Settings: what holds, and who said so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, UsageError
from mltrack.store import discovery, identity
from mltrack.store.borrowed import LIBRARIES_VARIABLE
from mltrack.store.config_file import TEMPLATE
from mltrack.store.folders import HOME_VARIABLE, cache_folder, user_folder
from mltrack.store.settings import RULES, SETTINGS_VARIABLE, Settings, resolve, variable_of

Write = Callable[[str], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".mltrack").mkdir()
    return tmp_path / ".mltrack"


@pytest.fixture
def config(root: Path) -> Write:
    """Return what writes the store's config.yaml and returns the store's root."""

    def write(text: str) -> Path:
        (root / "config.yaml").write_text(text, encoding="utf-8")
        return root

    return write


def write_users(text: str) -> None:
    user_folder().mkdir(parents=True)
    (user_folder() / "config.yaml").write_text(text)


def test_every_setting_has_a_default_of_its_own_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLTRACK_CAPTURE_DIGESTS")  # tests ask no index unless they are about it
    settings = resolve(store=None)
    for key, rule in RULES.items():
        assert type(settings[key]) is rule.kind
        assert settings.origin(key) == "default"


def test_the_order_is_flag_variable_store_user_default(
    config: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(settings: Settings) -> tuple[str, str]:
        return settings["durability"], settings.origin("durability")

    write_users("durability: none\n")
    assert said(resolve(store=None)) == ("none", f"{user_folder()}/config.yaml:1")
    root = config("format: 1\ndurability: full\n")
    assert said(resolve(store=root)) == ("full", f"{root}/config.yaml:2")
    monkeypatch.setenv("MLTRACK_DURABILITY", "normal")
    assert said(resolve(store=root)) == ("normal", "environment")
    flags = {"durability": "none"}
    assert said(resolve(store=root, flags=flags)) == ("none", "flag")


def test_what_a_runner_hands_down_stands_for_the_files(
    config: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = config("strict: true\ndurability: full\n")
    handed_down = json.loads(resolve(store=root).as_json())
    config("strict: false\n")
    monkeypatch.setenv(SETTINGS_VARIABLE, json.dumps(handed_down))
    monkeypatch.setenv("MLTRACK_DURABILITY", "none")
    settings = resolve(store=root)
    assert (settings["strict"], settings.origin("strict")) == (True, "runner")
    assert settings["durability"] == "none"


@pytest.mark.parametrize("text", ["{", "[1]", "1", "[" * 100_000, '{"durability": "never"}'])
def test_a_runner_that_hands_down_nonsense_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTINGS_VARIABLE, text)
    with pytest.raises(UsageError):
        resolve(store=None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("durability: never\n", "config.yaml:1: durability must be one of none, normal, full"),
        ("\nstrict: yes\n", "config.yaml:2: strict must be true or false, not 'yes'"),
        ("artifacts: {inline_file_bytes: -1}\n", "must be a whole number, 0 or more"),
        ("artifacts: {inline_file_bytes: 1.5}\n", "must be a whole number, 0 or more"),
        ("artifacts: {inline_file_bytes: true}\n", "must be a whole number, 0 or more"),
        ("artifacts: 5\n", "config.yaml:1: artifacts must be a mapping, with keys such as"),
        ("secrets: {allow: key}\n", "secrets.allow must be a list of texts"),
        ("secrets: {allow: [1]}\n", "secrets.allow must be a list of texts"),
        ("stages: [dev]\n", "config.yaml:1: stages must be a mapping"),
        ("durability: {level: full}\n", "config.yaml:1: durability must be text, not a mapping"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(config: Write, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(store=config(text))
    assert words in caught.value.message


@pytest.mark.parametrize("text", ["[1]\n", "format: one\n", "format: [1]\n", "a: &x 1\n", "\x00"])
def test_a_config_that_is_none_is_refused(config: Write, text: str) -> None:
    with pytest.raises(IntegrityError, match=r"config\.yaml"):
        resolve(store=config(text))


def test_a_config_that_cannot_be_read_is_not_taken_for_none(root: Path) -> None:
    (root / "config.yaml").mkdir()
    with pytest.raises(IntegrityError, match="cannot be read"):
        resolve(store=root)


@pytest.mark.parametrize("text", ["", TEMPLATE.decode(), "format: 1\nidentity:\n  # user: none\n"])
def test_a_key_without_a_value_counts_as_not_set(config: Write, text: str) -> None:
    assert resolve(store=config(text)).origin("identity.user") == "default"


def test_a_newer_format_is_read_as_far_as_it_is_known_and_told_in_one_line(config: Write) -> None:
    settings = resolve(store=config("format: 2\ndurability: full\nshape: new\n"))
    assert settings["durability"] == "full"
    (line,) = settings.warnings
    assert "config.yaml is of a newer format" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("durabilty: full\n", "yaml:1: there is no setting durabilty, did you mean durability?"),
        ("identity:\n  usr: none\n", "yaml:2: there is no setting identity.usr, did you mean"),
        ('"a\\e[31m": 1\n', r"there is no setting 'a\x1b[31m'"),
        (f"{'k' * 500}: 1\n", f"there is no setting '{'k' * 60}'"),
    ],
)
def test_a_key_that_a_newer_mltrack_may_know_is_told_with_the_nearest_and_passed_over(
    config: Write, text: str, words: str
) -> None:
    settings = resolve(store=config(f"{text}strict: true\n"))
    (line,) = settings.warnings
    assert words in line
    assert settings["strict"] is True


def test_a_store_that_holds_nothing_unknown_is_not_talked_of(config: Write) -> None:
    assert resolve(store=config("format: 1\nstrict: true\n")).warnings == ()


def test_a_mapping_is_set_as_a_whole(config: Write) -> None:
    settings = resolve(store=config("stages:\n  qa: {}\n  live: {exclusive: true}\n"))
    assert settings["stages"] == {"qa": {}, "live": {"exclusive": True}}


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("MLTRACK_INDEX_BRANCH", "trunk", "index_branch", "trunk"),
        ("MLTRACK_STRICT", "TRUE", "strict", True),
        ("MLTRACK_STRICT", "0", "strict", False),
        ("MLTRACK_IDENTITY_USER", "hash", "identity.user", "hash"),
        ("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "0", "artifacts.inline_file_bytes", 0),
        ("MLTRACK_SECRETS_ALLOW", "a_token, b", "secrets.allow", ["a_token", "b"]),
    ],
)
def test_a_variable_sets_what_is_no_mapping(
    variable: str, text: str, key: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    assert resolve(store=None)[key] == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MLTRACK_STRICT", "yes"),
        ("MLTRACK_DURABILITY", "FULL"),
        ("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "1MiB"),
        ("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "٣"),
        ("MLTRACK_ARTIFACTS_INLINE_RUN_BYTES", "9" * 5000),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(UsageError, match=variable):
        resolve(store=None)


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_STRICT", "")
    assert resolve(store=None).origin("strict") == "default"


def test_no_variable_that_means_something_else_is_a_setting() -> None:
    others = {SETTINGS_VARIABLE, discovery.STORE_VARIABLE, HOME_VARIABLE, LIBRARIES_VARIABLE}
    others |= {identity.USER_VARIABLE, "MLTRACK_RUN_ID", "MLTRACK_EXPERIMENT"}
    assert others.isdisjoint(map(variable_of, RULES))


def test_without_a_home_the_settings_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", HOME_VARIABLE):
        monkeypatch.delenv(name)
    assert resolve(store=None)["durability"] == "normal"
    assert cache_folder().name == "mltrack"
