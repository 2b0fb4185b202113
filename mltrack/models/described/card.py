"""`README.md` of a package: the model card, made from its facts."""

from collections.abc import Iterator

from mltrack.models.entities import Column, PackageFacts, Signature

NAME = "README.md"
_LIBRARIES = {"sklearn": "sklearn", "pytorch": "pytorch", "keras": "keras", "tensorflow": "keras"}
"""The names that model hubs know the frameworks by; others are called as here."""


def text_of(facts: PackageFacts, loader: str) -> str:
    """Return the card.

    Args:
        facts: what `model.yaml` holds.
        loader: the module in `code/` that opens the package.
    """
    return "\n".join([*front(facts), *_opening(facts, loader), *_trust(facts), *_needs(facts)])


def front(facts: PackageFacts) -> Iterator[str]:
    """Yield the lines that tell model hubs what a package is."""
    yield "---"
    yield f"library_name: {_LIBRARIES.get(facts.flavor, facts.flavor)}"
    yield "tags:"
    yield "- mltrack"
    if facts.task:
        yield f"- tabular-{facts.task}" if _is_tabular(facts) else f"- {facts.task}"
    yield "---"
    yield ""


def _is_tabular(facts: PackageFacts) -> bool:
    return facts.signature is None or all(not column.shape for column in facts.signature.inputs)


def _opening(facts: PackageFacts, loader: str) -> Iterator[str]:
    library = facts.details.get("class", facts.flavor)
    yield f"# A {library} model"
    yield ""
    yield "A model package: `model.yaml` says what it is, `MANIFEST.sha256` what its bytes are."
    yield ""
    yield from _signature(facts.signature)
    yield "## Use it"
    yield ""
    yield from _block("shell", "mltrack predict ./FOLDER rows.csv -o predictions.csv")
    yield "From the folder in which this file lies, without mltrack and with MLflow:"
    yield ""
    yield from _block(
        "python",
        "import sys; sys.path.insert(0, 'code')",
        f"from {loader} import open_package",
        "predictions = open_package('.').predict(rows)",
        "",
        "import mlflow.pyfunc",
        "predictions = mlflow.pyfunc.load_model('.').predict(rows)",
    )


def _block(language: str, *lines: str) -> list[str]:
    return [f"```{language}", *lines, "```", ""]


def _signature(signature: Signature | None) -> Iterator[str]:
    if signature is None:
        yield "Which columns it takes was not known when it was saved."
        yield ""
        return
    for title, columns in (("It takes", signature.inputs), ("It gives", signature.outputs)):
        if columns:
            yield f"## {title}"
            yield ""
            yield "| name | type | may be missing |"
            yield "|---|---|---|"
            yield from (_row(column) for column in columns)
            yield ""


def _row(column: Column) -> str:
    shape = f" {list(column.shape)}" if column.shape else ""
    name = column.name.replace("|", "\\|").replace("`", "'")
    return f"| `{name or '(all)'}` | {column.type}{shape} | {'yes' if column.nullable else 'no'} |"


def _trust(facts: PackageFacts) -> Iterator[str]:
    yield "## Trust"
    yield ""
    if facts.executes_code:
        yield "**Loading this model runs code of the package.** mltrack asks for `--trust` first."
    else:
        yield "Loading this model runs no code of the package."
    yield ""


def _needs(facts: PackageFacts) -> Iterator[str]:
    yield "## Needs"
    yield ""
    lock = f", with all that these need in `{facts.lock}`" if facts.lock else ""
    yield f"Python {facts.python} and what `{facts.requirements}` lists{lock}."
    if facts.code:
        yield ""
        yield f"Modules of the project in `code/`: {', '.join(facts.code)}."
    yield ""
