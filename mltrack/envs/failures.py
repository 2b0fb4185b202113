"""Why an installer failed, by its last words: each reason has another thing to do about it."""

import re
import signal
from collections.abc import Callable

from mltrack.envs.orders import Order
from mltrack.envs.running import InstallerError
from mltrack.errors import EnvironmentBuildError

_LAST_LINES = 12
"""How much of an installer's output an error shows where nothing better is known."""
_SAID_LINES = 6
"""How many lines an installer has for a reason: the longest tells two digests."""
_CORRECT = "correct the requirements, then run it again"

_FULL = re.compile(r"No space left on device|Disk quota exceeded|os error 28|File too large")
_WRONG_DIGEST = (
    re.compile(r"Hash mismatch for `(?P<name>[^`=]+)(?:==(?P<version>[^`]+))?`"),
    re.compile(r"^ +(?P<name>[\w.-]+)(?:==(?P<version>\S+))?.* from .*\n +Expected", re.MULTILINE),
)
_NO_FILE = (
    re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s,]+) has no (?:usable )?wheels"),
    re.compile(r"No matching distribution found for (?P<name>[\w.-]+)==(?P<version>[^\s;]+)"),
    re.compile(r"no version of (?P<name>[\w.-]+)==(?P<version>[^\s,]+)"),
)
_NOT_FOUND = (
    re.compile(r"No matching distribution found for (?P<name>[\w.-]+)"),
    re.compile(r"no versions? of (?P<name>[\w.-]+)"),
    re.compile(r"(?P<name>[\w.-]+)(?:==\S+)? was not found in"),
    re.compile(r"only (?P<name>[\w.-]+)[<>=!~]\S+ (?:is|are) available"),
    re.compile(r"network connectivity is disabled.*?`?(?P<name>[\w.-]+)`?"),
)
_NO_NETWORK = re.compile(
    r"Failed to establish a new connection|name resolution|dns error|client error \(Connect\)"
    r"|Max retries exceeded|Connection refused|error sending request|Network is unreachable"
)
_OFFLINE = re.compile(
    r"[Nn]etwork (?:was|is|connectivity is) disabled|found in the cache|Git fetches are not allowed"
)
_NO_ENTRY = re.compile(r"\b40[13]\b.*(?:Unauthorized|Forbidden|Client Error)|Unauthorized")
_CONFLICT = re.compile(
    r"conflicting dependencies|requirements are unsatisfiable|ResolutionImpossible"
)
_NOT_BUILT = (
    re.compile(r"Failed to build `(?P<name>[\w.-]+)"),
    re.compile(r"Failed (?:building wheel|to build installable wheels) for (?P<name>[\w.-]+)"),
    re.compile(r"(?P<name>)(?:subprocess-exited-with-error|metadata-generation-failed)"),
)


def is_foreign(failed: InstallerError) -> bool:
    """Tell whether a lock failed for want of files that are for this machine."""
    text = _text(failed)
    if _FULL.search(text) or _NO_NETWORK.search(text) or _OFFLINE.search(text):
        return False
    return bool(_first(_WRONG_DIGEST, text) or _first(_NO_FILE, text))


def package_of(failed: InstallerError) -> str:
    """Return the package that a lock failed at, with its version where that was told."""
    text = _text(failed)
    found = _first(_WRONG_DIGEST, text) or _first(_NO_FILE, text)
    return (
        " ".join(part for part in found.group("name", "version") if part) if found else "a package"
    )


def not_found(failed: InstallerError) -> str:
    """Return the package of which no version that fits was found; empty where that is not it."""
    text = _text(failed)
    is_cut_off = _NO_NETWORK.search(text) or _OFFLINE.search(text) or _NO_ENTRY.search(text)
    return "" if is_cut_off else _name(failed)


def explained(failed: InstallerError, order: Order) -> EnvironmentBuildError:
    """Return the error that tells a person what went wrong, and what to do."""
    text = _text(failed)
    if failed.code == -signal.SIGXFSZ:
        return _full(failed, order)
    for words, error in _CASES:
        if words(text, order):
            return error(failed, order)
    return EnvironmentBuildError(
        f"the environment could not be built: {failed.kind} ended with code {failed.code}, "
        "and said last:",
        why="\n".join(failed.said[-_LAST_LINES:]),
        fix=_CORRECT,
    )


def _full(_: InstallerError, order: Order) -> EnvironmentBuildError:
    return EnvironmentBuildError(
        f"the disk of {order.home.root} filled while the environment was built",
        why="nothing half-built was left",
        fix="free some space, as with mltrack env gc, or let MLTRACK_HOME name another disk",
    )


def _foreign(failed: InstallerError, order: Order) -> EnvironmentBuildError:
    if order.plan.spec.locked is not None:
        return EnvironmentBuildError(
            f"no file of {package_of(failed)} here has the digest that the run recorded",
            why="it was replaced where packages come from, or is there no more; " + _words(failed),
            fix="find out who changed it, give a folder that has the file: --find-links DIR, "
            "or take the project's environment as it is now: --current env",
        )
    interpreter, lock = order.plan.interpreter, order.plan.wanted.lock
    here = f"{interpreter.platform}, Python {interpreter.version}"
    where = lock.name if lock else "the lock"
    return EnvironmentBuildError(
        f"{where} has no file of {package_of(failed)} for this machine ({here})",
        why="the lock was made for another platform or Python, or the file is no longer the same; "
        + _words(failed),
        fix="lock for all platforms: uv pip compile --universal --generate-hashes "
        "requirements.in -o requirements.lock",
    )


def _offline(failed: InstallerError, _: Order) -> EnvironmentBuildError:
    name = _name(failed)
    return EnvironmentBuildError(
        f"{name or 'a package'} is not on this machine, and nothing may be asked of the network",
        why=_words(failed),
        fix="mltrack env build . where there is a network and the same MLTRACK_HOME, "
        "or give a folder of wheels: --offline --find-links DIR",
    )


def _no_network(failed: InstallerError, order: Order) -> EnvironmentBuildError:
    other = ", or where pip finds packages: MLTRACK_INSTALLER=pip"  # its settings say nothing to uv
    return EnvironmentBuildError(
        "no package index could be reached",
        why=_words(failed),
        fix="check the network and the installer's settings, or give a folder of wheels: "
        f"--offline --find-links DIR{other if order.plan.installer == 'uv' else ''}",
    )


def _no_entry(failed: InstallerError, _: Order) -> EnvironmentBuildError:
    return EnvironmentBuildError(
        "the package index refused to answer",
        why=_words(failed),
        fix="give the credentials to the installer: in ~/.netrc, a keyring, or its own settings",
    )


def _conflict(failed: InstallerError, _: Order) -> EnvironmentBuildError:
    return EnvironmentBuildError(
        "the requirements cannot be met together", why=_words(failed), fix=_CORRECT
    )


def _not_found(failed: InstallerError, order: Order) -> EnvironmentBuildError:
    version = order.plan.interpreter.version
    return EnvironmentBuildError(
        f"no version of {_name(failed)} that fits was found for Python {version}",
        why=_words(failed),
        fix=f"correct the name or the versions of {_name(failed)}, or name its index: env.index",
    )


def _not_built(failed: InstallerError, _: Order) -> EnvironmentBuildError:
    found = _first(_NOT_BUILT, _text(failed))
    name = (found and found["name"]) or "a package"
    return EnvironmentBuildError(
        f"{name} could not be built from its source; {failed.kind} said last:",
        why="\n".join(failed.said[-_LAST_LINES:]),
        fix=f"install what {name} needs to be built, or take a version that has a wheel",
    )


_Sign = Callable[[str, Order], object]
_CASES: tuple[tuple[_Sign, Callable[[InstallerError, Order], EnvironmentBuildError]], ...] = (
    (lambda text, _: _FULL.search(text), _full),
    (lambda text, _: _OFFLINE.search(text), _offline),
    (lambda text, order: order.supply.offline and _first(_NOT_FOUND, text), _offline),
    (lambda text, _: _NO_NETWORK.search(text), _no_network),
    (lambda text, _: _NO_ENTRY.search(text), _no_entry),
    (lambda text, _: _first(_WRONG_DIGEST, text), _foreign),
    (lambda text, order: order.plan.wanted.is_locked and _first(_NO_FILE, text), _foreign),
    (lambda text, _: _first(_NOT_BUILT, text), _not_built),
    (lambda text, _: _first(_NOT_FOUND, text), _not_found),
    (lambda text, _: _CONFLICT.search(text), _conflict),
)


def _text(failed: InstallerError) -> str:
    return "\n".join(failed.said)


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _name(failed: InstallerError) -> str:
    found = _first(_NOT_FOUND, _text(failed))
    return found["name"] if found else ""


def _words(failed: InstallerError) -> str:
    """Return what an installer said of the reason, in one line."""
    lines = [line.strip() for line in failed.said if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    if not errors:
        begin = next((n for n, line in enumerate(lines) if line.startswith("error:")), -4)
        errors = lines[begin:]
    words = (re.sub(r"^(?:ERROR|error|cause|hint):\s*", "", line) for line in errors[:_SAID_LINES])
    said = "; ".join(dict.fromkeys(word for word in words if word))
    return f"{failed.kind} said: {said.replace(':; ', ': ')}"
