"""What can go wrong that a user can act on, each with its fix and its exit code."""

EXIT_NO = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_CONFLICT = 4
EXIT_REFUSED_TO_RUN = 125
MAX_WORD = 200
"""A longer word is nobody's slip of the finger, and comparing it takes long."""


class MltrackError(Exception):
    """Something a user can act on: what happened, why, and the command or edit that fixes it."""

    exit_code = EXIT_NO

    def __init__(self, message: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        """Return at most three lines: what happened, why, and the fix."""
        lines = [self.message]
        if self.why:
            lines.append(self.why)
        if self.fix:
            lines.append(f"fix: {self.fix}")
        return "\n".join(lines)


class UsageError(MltrackError):
    """A command, argument or file says something that cannot be meant."""

    exit_code = EXIT_USAGE


class BadValueError(UsageError, ValueError):
    """A caller gave a name or number that cannot be one: as Python has it, a ValueError too."""


class NotFoundError(MltrackError):
    """A run, model, version, file or store that was named is not here."""

    exit_code = EXIT_NOT_FOUND


class ConflictError(MltrackError):
    """Two things cannot both hold: a name is taken, a stage is contested, a lock is held."""

    exit_code = EXIT_CONFLICT


class IntegrityError(MltrackError):
    """A file does not hold what its digest or its format promises."""

    exit_code = EXIT_CONFLICT


class TrustError(MltrackError):
    """Loading would run code that this user has neither made nor trusted."""

    exit_code = EXIT_CONFLICT


class StoreWriteError(MltrackError):
    """The disk or the file system refused a write."""


class EnvironmentBuildError(MltrackError):
    """A virtual environment could not be built."""


class MissingExtraError(MltrackError):
    """A package that this feature needs is not installed."""

    def __init__(self, package: str, *, extra: str | None = None, feature: str = "this") -> None:
        wanted = f"'mltrack-local[{extra}]'" if extra else package
        super().__init__(
            f"{feature} needs the package {package}, which is not installed here",
            fix=f"pip install {wanted}",
        )


def with_article(noun: str) -> str:
    """Return a noun with the article that goes before it."""
    return f"{'an' if noun.startswith(tuple('aeiou')) else 'a'} {noun}"


def nearest(word: str, known: "list[str] | tuple[str, ...]", *, alike: float = 0.5) -> str:
    """Return ", did you mean X?" for the known word nearest to `word`, or an empty string.

    One that the word begins with, or that begins with it, is nearest: acc is meant for accuracy
    rather than for auc. Any other is at least so much `alike`, from 0 to 1, as difflib has it.
    """
    import difflib

    if len(word) > MAX_WORD:
        return ""
    begun = [k for k in known if min(len(k), len(word)) > 1 and _one_begins(k, word)]
    close = sorted(begun, key=lambda k: abs(len(k) - len(word)))
    close = close or difflib.get_close_matches(word, known, n=1, cutoff=alike)
    return f", did you mean {close[0]}?" if close else ""


def _one_begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
