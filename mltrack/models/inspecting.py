"""Look at a package without running any of it: what it is, and what loading it would run."""

import itertools
import pickletools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mltrack.models import codec, flavors, loader_text, manifest, opening, trust
from mltrack.models.entities import PackageFacts
from mltrack.models.manifest import VerifiedFiles
from mltrack.models.package_files import CODE

_PICKLES = (".pkl", ".pickle", ".joblib")
_TEXTS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"}
_KEEPS = {"MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}
_LONGEST_NAME = 200
_MOST_NAMES = 10_000
_ZIP = b"PK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found in a package whose bytes are those of its manifest.

    Attributes:
        folder: the package.
        digest: of the model.
        facts: what `model.yaml` holds.
        files: the size of each file, by path.
        needs: the lines of its direct requirements.
        runs: which code loading runs, in words; empty for none.
        imports: what a pickle in it names, as `module.name`: loading calls some of these.
        code: the files of code in it that loading runs.
        known: how (`made`, `trusted`) and since when this user vouches for it; None for unknown.
    """

    folder: Path
    digest: str
    facts: PackageFacts
    files: dict[str, int]
    needs: tuple[str, ...]
    runs: str
    imports: tuple[str, ...]
    code: tuple[str, ...]
    known: tuple[str, str] | None


def inspected(folder: Path, expected_digest: str | None = None) -> Inspection:
    """Check every byte of a package, and say what it is; no code of it runs.

    Raises:
        NotFoundError: the folder holds no package.
        IntegrityError: a byte, a file or the digest is not what was recorded.
    """
    files = manifest.verify(folder, expected_digest)
    facts = codec.decode(files.read(codec.NAME), str(folder / codec.NAME))
    runs = opening.what_runs(facts, flavors.named(facts.flavor))
    return Inspection(
        folder=folder,
        digest=files.digest,
        facts=facts,
        files={path: (folder / path).stat().st_size for path in sorted(files.paths)},
        needs=_lines(files, facts.requirements),
        runs=runs,
        imports=_imports(files, facts) if runs else (),
        code=_code(files) if runs and facts.code else (),
        known=trust.said_of(files.digest),
    )


def _lines(files: VerifiedFiles, path: str) -> tuple[str, ...]:
    """Return the lines of a requirements file that name something."""
    lines = files.read(path).decode("utf-8", "replace").splitlines() if path in files.paths else []
    return tuple(line for line in lines if line and not line.startswith("#"))


def _code(files: VerifiedFiles) -> tuple[str, ...]:
    """Return the modules that travel; the loader is for those who have no mltrack."""
    below = [path for path in sorted(files.paths) if path.startswith(f"{CODE}/")]
    return tuple(path for path in below if not loader_text.is_loader(Path(path).stem))


def _imports(files: VerifiedFiles, facts: PackageFacts) -> tuple[str, ...]:
    """Return what the pickles name: those that are called so, and the one that would be loaded."""
    found: set[str] = set()
    for path in files.paths:
        if not path.endswith(_PICKLES) and path != facts.details.get("file"):
            continue
        data = files.read(path)
        if not data.startswith(_ZIP):
            found.update(itertools.islice(names_in(data), _MOST_NAMES))
    return tuple(sorted(found))


def names_in(data: bytes) -> Iterator[str]:
    """Yield what a pickle names, as `module.name`, as far as that can be read without running it.

    A pickle can hide what it names from any reader, so this helps people to look, and no more.
    Long texts are cut, since a pickle can repeat one without end.
    """
    pushed = ["?", "?"]
    memo: dict[int, str] = {}
    try:
        for code, argument, _ in pickletools.genops(data):
            if code.name in _KEEPS:
                memo[len(memo) if argument is None else int(argument)] = pushed[-1]
                continue
            if code.name == "STACK_GLOBAL":
                yield ".".join(pushed)
            elif code.name == "GLOBAL":
                yield str(argument)[:_LONGEST_NAME].replace(" ", ".")
            pushed = [pushed[-1], _text_of(code.name, argument, memo)]
    except ValueError as error:
        yield f"(it cannot be read to its end: {error})"


def _text_of(code: str, argument: object, memo: dict[int, str]) -> str:
    """Return the text that one step of a pickle puts on its stack; a mark for anything else."""
    if code in _TEXTS:
        return str(argument)[:_LONGEST_NAME]
    return memo.get(int(str(argument)), "?") if code in _GETS else "?"
