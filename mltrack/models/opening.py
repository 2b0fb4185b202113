"""Open a package: checked first, trusted second, run last."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mltrack.errors import IntegrityError, MissingExtraError, MltrackError
from mltrack.models import classes, codec, flavors, installed, manifest
from mltrack.models.canonical import PackageError
from mltrack.models.entities import PackageFacts
from mltrack.models.flavors import Flavor
from mltrack.models.loaded import LoadedModel
from mltrack.models.loader import use_code
from mltrack.models.manifest import VerifiedFiles
from mltrack.models.package_files import CODE
from mltrack.models.trust import require


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A package whose bytes were checked and whose code may run; nothing of it has run yet."""

    files: VerifiedFiles
    facts: PackageFacts
    flavor: Flavor


def opened(
    folder: Path, *, trust: bool = False, expected_digest: str | None = None, name: str = ""
) -> Opened:
    """Check a package, and whether its code may run here.

    Args:
        folder: the package.
        trust: whether the user vouches for a model that runs code and is not known here.
        expected_digest: the digest that the registry or a run recorded; None when there is none.
        name: what the user called the model, for messages.

    Raises:
        NotFoundError: the folder holds no package.
        IntegrityError: a byte, a file or the digest is not what was recorded.
        TrustError: it runs code, and nobody here made or trusted it.
    """
    files = manifest.verify(folder, expected_digest)
    facts = codec.decode(files.read(codec.NAME), str(folder / codec.NAME))
    flavor = flavors.named(facts.flavor)
    what = what_runs(facts, flavor)
    if what:
        require(files.digest, trust=trust, what=what, where=name or str(folder))
    return Opened(files=files, facts=facts, flavor=flavor)


def what_runs(facts: PackageFacts, flavor: Flavor) -> str:
    """Say which code loading runs, as its flavour or else the package says; empty for none."""
    unnamed = "code that the package does not name" if facts.executes_code else ""
    return flavor.what_runs(facts.details) or unnamed


def load(package: Opened) -> LoadedModel:
    """Return the model of a package, in this process.

    Raises:
        MissingExtraError: its framework is not installed.
        MltrackError: what it was made with is not what is installed here, or a module that it
            brings is loaded already and is another one.
        IntegrityError: its files are not what its flavour writes.
    """
    facts, flavor = package.facts, package.flavor
    _refuse_pickle_of_other_python(package)
    if facts.code and flavor.what_runs(facts.details):
        _use_code(package)
    try:
        native = flavor.load(package.files, facts.details)
    except ImportError as error:
        raise _missing(package, error) from error
    except (KeyError, OSError) as error:
        raise IntegrityError(f"{package.files.folder} cannot be read: {error!r}") from error
    except MltrackError:
        raise
    except Exception as error:  # a framework raises whatever for a file that is none of its own
        raise _misfit(package, error) from error
    return LoadedModel(
        native=native,
        digest=package.files.digest,
        flavor=flavor,
        signature=facts.signature,
        methods=facts.methods,
        task=facts.task,
        classes=classes.in_details(facts.details),
        notes=tuple(_differences(facts)),
    )


def load_package(
    folder: Path, *, trust: bool = False, expected_digest: str | None = None, name: str = ""
) -> LoadedModel:
    """Return the model in a package, as `opened` and `load` do one after the other."""
    return load(opened(folder, trust=trust, expected_digest=expected_digest, name=name))


def _refuse_pickle_of_other_python(package: Opened) -> None:
    """Refuse what may hold compiled code, which another Python misreads or dies of."""
    facts, here = package.facts, installed.python_version()
    if facts.python != here and package.flavor.what_runs(facts.details).endswith("a pickle"):
        raise MltrackError(
            f"the model {package.files.folder} was pickled with Python {facts.python}, "
            f"this is {here}",
            why="a pickle may hold code that only the Python runs that compiled it",
            fix=f"mltrack predict --env isolated, or load it with Python {facts.python}",
        )


def _use_code(package: Opened) -> None:
    """Let the modules of a package be imported, where they take the place of no other."""
    try:
        use_code(package.files.place(CODE), package.facts.code)
    except PackageError as error:
        raise MltrackError(
            f"the model {package.files.folder} brings code of its own: {error}",
            fix="load it in another process, as mltrack predict --env isolated does",
        ) from error


def _missing(package: Opened, error: ImportError) -> MltrackError:
    flavor, folder = package.flavor, package.files.folder
    needed = flavor.requirements(package.facts.details)
    lacking = [name for name in needed if installed.version_or_none(name) is None]
    if lacking:
        return MissingExtraError(lacking[0], extra=flavor.EXTRA, feature=f"the model {folder}")
    return MltrackError(
        f"the model {folder} needs the module {error.name}, which is not installed here",
        fix=_fix(package),
    )


def _misfit(package: Opened, error: Exception) -> MltrackError:
    return MltrackError(
        f"the model {package.files.folder} cannot be rebuilt here: {_in_words(error)}",
        why="; ".join(_differences(package.facts)),
        fix=_fix(package),
    )


def _in_words(error: Exception) -> str:
    is_plain = type(error) in {AttributeError, TypeError, ValueError} and str(error)
    return str(error) if is_plain else f"{type(error).__name__}: {error}"


def _fix(package: Opened) -> str:
    file = package.files.folder / package.facts.requirements
    return f"pip install -r {file}, or --env isolated"


def _differences(facts: PackageFacts) -> Iterator[str]:
    """Say what is installed here in another version than the model was saved with."""
    versions: Any = facts.details.get("versions")
    recorded = {"Python": (facts.python, installed.python_version())}
    for name, version in versions.items() if isinstance(versions, dict) else ():
        recorded[str(name)] = (str(version), installed.version_or_none(str(name)) or "missing")
    for name, (theirs, ours) in recorded.items():
        if theirs != ours:
            yield f"saved with {name} {theirs}, here it is {ours}"
