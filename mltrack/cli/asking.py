"""Ask before something is done that was not meant, where there is somebody to ask."""

import sys

from mltrack.errors import UsageError


def confirm(
    question: str, *, yes: bool, why: str, fix: str = "add --yes, or name the run by its handle"
) -> None:
    """Return when it is to be done.

    Args:
        question: what is asked, ending in a question mark.
        yes: it was agreed to beforehand.
        why: why it is asked at all.
        fix: what to do where nobody can be asked.

    Raises:
        UsageError: nobody is there to ask, or the answer was no.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"not done: {why}", fix=fix)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not done: the answer was no")
