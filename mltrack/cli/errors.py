"""The one place where an exception becomes words and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from mltrack.cli.context import manner
from mltrack.cli.streams import drop_output
from mltrack.errors import EXIT_NO, MltrackError, StoreWriteError

EXIT_BUG = 70
EXIT_INTERRUPTED = 130


def exit_code_of(action: Callable[[], object]) -> int:
    """Do it, and return the exit code for how it ended, after saying why it did not end well."""
    try:
        action()
        sys.stdout.flush()
    except SystemExit as asked:
        return _flushed(asked.code if isinstance(asked.code, int) else EXIT_NO)
    except MltrackError as error:
        show_error(error)
        return _flushed(error.exit_code)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        drop_output()
        return EXIT_NO
    except Exception as bug:  # noqa: BLE001 - the top: whatever comes here is a bug of ours
        return _code_of_bug(bug)
    return 0


def show_error(error: MltrackError) -> None:
    """Say on standard error what happened, why, and what to do about it."""
    from mltrack.cli.cells import safe

    fix = f"fix: {error.fix}" if error.fix else ""
    first, *rest = [*error.message.splitlines(), *error.why.splitlines(), *fix.splitlines()]
    lines = [f"error: {safe(first)}", *(f"  {safe(line)}" for line in rest)]
    print("\n".join(lines), file=sys.stderr)  # noqa: T201 - the top prints what went wrong


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
    except StoreWriteError as error:
        show_error(error)
        return error.exit_code
    return code


def _code_of_bug(bug: Exception) -> int:
    from mltrack.cli.cells import safe

    text = "".join(traceback.format_exception(bug))
    kept = _kept(text)
    first = safe(f"{type(bug).__name__}: {bug}".partition("\n")[0])
    print(f"error: this is a bug in mltrack: {first}", file=sys.stderr)  # noqa: T201
    print(f"  fix: report it with {kept}" if kept else text, file=sys.stderr)  # noqa: T201
    if kept and manner().verbose:
        print(text, file=sys.stderr)  # noqa: T201
    return int(getattr(bug, "exit_code", EXIT_BUG))


def _kept(text: str) -> Path | None:
    """Return the file that now holds the traceback, or None when it cannot be written."""
    from mltrack.store.folders import cache_folder

    file = cache_folder() / "bugs" / f"{os.getpid()}.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{sys.argv}\n{text}", encoding="utf-8", errors="replace")
    except OSError:
        return None
    return file
