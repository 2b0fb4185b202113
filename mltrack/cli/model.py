"""mltrack model: the registered models and their versions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import cell, safe
from mltrack.cli.commands import new_app
from mltrack.cli.inspect import inspect_model
from mltrack.cli.model_card import card
from mltrack.cli.model_version import list_from_data, show_version
from mltrack.cli.options import OutputOption, PageOption
from mltrack.cli.output import Format, PageFormat, say, show, show_json, show_listing, warn

if TYPE_CHECKING:
    from mltrack.registry.entities import ModelState, Version

app = new_app("The registered models and their versions.")
_COLUMNS = ["version", "stage", "aliases", "run", "registered", "by", "digest"]
_SHORT_DIGEST = 12
app.command("inspect")(inspect_model)
app.command()(card)


@app.command("ls")
def list_models(
    from_data: Annotated[
        str | None,
        typer.Option("--from-data", metavar="DATA", help="Only what came from a file or digest."),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List every version of every model, with its stage.

    Examples:
      mltrack model ls
      mltrack model ls --from-data data/churn.csv
      mltrack model ls --output json
    """
    from mltrack.api import registry
    from mltrack.api.registry_rows import model_row, version_row

    if from_data is not None:
        list_from_data(from_data, output)
        return
    listing = registry.list_models()
    for warning in listing.warnings:
        warn(warning)
    if not listing.models:
        say("no model is registered yet: mltrack register RUN NAME")
    if output in {Format.JSON, Format.JSONL}:
        show_listing(output, "models", [model_row(model) for model in listing.models], [])
    elif output is Format.CSV:
        rows = [{"name": v.model} | version_row(v) for m in listing.models for v in m.versions]
        columns = [
            "name",
            "number",
            "id",
            "run",
            "stage",
            "aliases",
            "digest",
            "registered",
            "registered_by",
        ]
        show_listing(output, "models", rows, columns)
    else:
        rows = [_for_people(v) for m in listing.models for v in reversed(m.versions)]
        show_listing(output, "models", rows, ["model", *_COLUMNS])


@app.command("show")
def show_model(
    reference: Annotated[
        str, typer.Argument(metavar="NAME[/VERSION]", help="A model, or one version of it.")
    ],
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Show a model, or one version of it.

    Of a version also where it comes from, run, code, data and environment, what evaluations found
    of it, what is proposed for it, and which stages it had.

    Examples:
      mltrack model show churn
      mltrack model show churn/3
      mltrack model show churn@production --output json
    """
    from mltrack.api.registry import get_model_or_version
    from mltrack.registry.entities import Version

    found = get_model_or_version(reference)
    if isinstance(found, Version):
        show_version(reference, output)
    else:
        _show_model(found, output)


def _show_model(model: "ModelState", output: PageFormat) -> None:
    from mltrack.api.registry import warnings_of
    from mltrack.api.registry_rows import whole_model

    for line in warnings_of(model):
        warn(line)
    if output is PageFormat.JSON:
        show_json({"model": whole_model(model)})
        return
    show(safe(model.name))
    _show_lines({**model.fields, **model.tags})
    show("")
    rows = [_for_people(version) for version in reversed(model.versions)]
    show_listing(Format.TABLE, "versions", rows, _COLUMNS)


def _show_lines(values: Mapping[str, Any]) -> None:
    from mltrack.cli.tables import laid_out

    rows = [[safe(str(key)), cell(value)] for key, value in values.items() if value or value == 0]
    for line in laid_out(rows):
        show(f"  {line}")


def _for_people(version: "Version") -> dict[str, Any]:
    from mltrack.api.registry_rows import version_row

    row = version_row(version)
    return {
        "model": version.model,
        "version": version.label,
        "stage": _stage(version),
        "aliases": ", ".join(version.aliases) or None,
        "run": version.source.handle,
        "registered": row["registered"],
        "by": row["registered_by"],
        "digest": version.digest[:_SHORT_DIGEST],
    }


def _stage(version: "Version") -> str:
    if version.stage is None:
        return f"{' or '.join(version.claimed)} (contested)"
    return f"{version.stage} (forced)" if version.forced else version.stage
