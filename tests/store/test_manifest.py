"""The list of kept files: what newer clients add to it, and what strangers write into it."""

import pytest

from mltrack.errors import ConflictError, IntegrityError
from mltrack.store.layout import MANIFEST
from mltrack.store.manifest import read_manifest
from tests.store.kept import Kept


def test_unknown_keys_of_a_manifest_are_kept(kept: Kept) -> None:
    kept.add("a.txt")
    path = kept.folder / MANIFEST
    path.write_text(path.read_text() + '    later: {x: 1}\nshape: "new"\n')
    kept.add("b.txt")
    text = path.read_text()
    assert "x: 1" in text
    assert text.endswith('shape: "new"\n')


def test_a_manifest_of_a_newer_format_is_read_and_never_written(kept: Kept) -> None:
    kept.add("a.txt")
    path = kept.folder / MANIFEST
    path.write_text(path.read_text().replace("format: 1", "format: 2"))
    assert kept.locate("a.txt").read_bytes() == b"data"
    with pytest.raises(ConflictError, match="is of format 2"):
        kept.add("b.txt")


SHA = "0" * 64


@pytest.mark.parametrize(
    "entry",
    [
        f'"../x": {{size: 1, sha256: "{SHA}", kept: inline}}',
        f'"/etc/passwd": {{size: 1, sha256: "{SHA}", kept: inline}}',
        f'"m/../../../../x": {{size: 1, sha256: "{SHA}", kept: object}}',
        f'"a//b": {{size: 1, sha256: "{SHA}", kept: object}}',
        f'"": {{size: 1, sha256: "{SHA}", kept: object}}',
        'a: {size: 1, sha256: "../../x", kept: object}',
        f'a: {{size: -1, sha256: "{SHA}", kept: object}}',
        f'a: {{size: true, sha256: "{SHA}", kept: object}}',
        f'a: {{size: 1, sha256: "{SHA}", kept: elsewhere}}',
        f'a: {{size: 1, sha256: "{SHA}"}}',
        "a: 1",
        "a: {}",
    ],
)
def test_a_hostile_manifest_is_refused(kept: Kept, entry: str) -> None:
    (kept.folder / MANIFEST).write_text(f"format: 1\nfiles:\n  {entry}\n")
    for name in ("a", "m", "x"):
        with pytest.raises(IntegrityError, match=MANIFEST):
            kept.locate(name)


@pytest.mark.parametrize("text", ["files: 1\n", "format: 1\n", "[1]\n", "<<<<<<< HEAD\n", ""])
def test_a_broken_manifest_is_refused(kept: Kept, text: str) -> None:
    (kept.folder / MANIFEST).write_text(text)
    with pytest.raises(IntegrityError):
        read_manifest(kept.folder)
