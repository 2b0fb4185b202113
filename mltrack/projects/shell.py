"""Commands that a shell reads: values reach it as variables, so that it reads none as code."""

from collections.abc import Mapping

from mltrack.errors import UsageError
from mltrack.projects import templates

PROGRAM = "/bin/sh"
NOTICE = "a shell reads its command; the values of parameters stay plain text in it"

_APART = r"""(?xs)
    \\ (?: \{[^{}]*\} | . )                             # after a backslash
    | ' [^']* '
    | " (?= (?P<inner> (?: \\. | \$\([^()]*\) | [^"\\] )* ) ) (?P=inner) "
    | ` [^`]* `
    | \$ \{ [^{}]* \}                                   # where the shell has a variable of its own
    | (?<! [^\s;&|()] ) \# [^\n]*
    """
_FIX = "let each placeholder stand outside quotes, as in: grep -e {word} {file}"


def check(text: str) -> None:
    """Say that every placeholder of a shell's command stands where a value is one whole word.

    Raises:
        UsageError: one stands in quotes, in a here-document, or after a `$` or a backslash.
    """
    import re

    for found in re.finditer(_APART, text):
        if found[0][0] != "#" and templates.names_in(found[0]):
            raise UsageError(
                f"a placeholder stands in {found[0]}: it gets its own quotes", fix=_FIX
            )
    if "<<" in text and templates.names_in(text):
        raise UsageError(
            "a placeholder and a here-document (<<) do not go together",
            fix="write the lines with printf, or let a program read the value",
        )


def argv_of(text: str, values: Mapping[str, str]) -> list[str]:
    """Return the argument list that has a shell run a text, in which each value is one word.

    No value becomes part of what the shell parses: it gets them as arguments, and takes them into
    variables that stand where the placeholders stood.
    """
    names = templates.names_in(text)
    variables = {name: f"_mltrack_{number}" for number, name in enumerate(names, 1)}
    taken = [f"{variable}=${{{number}}}" for number, variable in enumerate(variables.values(), 1)]
    begin = f"{' '.join(taken)}; shift {len(taken)}; " if taken else ""
    body = templates.formatted(text, {name: f'"${{{var}}}"' for name, var in variables.items()})
    return [PROGRAM, "-c", begin + body, "sh", *(values[name] for name in names)]
