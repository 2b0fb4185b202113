"""mltrack model: the registered models and their versions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from mltrack.cli import completing
from mltrack.cli.cells import cell, safe
from mltrack.cli.commands import Commands, new_app
from mltrack.cli.options import ModelOrVersionArgument, OutputOption, PageOption
from mltrack.cli.output import Format, PageFormat, say, show, show_json, show_listing, warn
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.registry.entities import ModelState, Version

ABOUT = "The registered models and their versions."
TABLE = {
    "ls": "registry.model:list_models",
    "show": "registry.model:show_model",
    "inspect": "models.inspect:inspect_model",
    "card": "registry.model_card:card",
    "alias": "registry.model_changes:alias",
    "tag": "registry.model_changes:tag",
    "describe": "registry.model_changes:describe",
    "rm": "registry.model_changes:rm",
    "restore": "registry.model_changes:restore",
}
_COLUMNS = ["version", "stage", "aliases", "run", "registered", "by", "digest"]
_SHORT_DIGEST = 12


class ModelCommands(Commands):
    """The commands of mltrack model."""

    table: ClassVar[dict[str, str]] = {
        name: f"mltrack.cli.{place}" for name, place in TABLE.items()
    }


app = new_app(ABOUT, cls=ModelCommands)


@app.callback()
def frame() -> None:
    """Take nothing before the command's name; without this, typer finds no command here."""


def list_models(
    from_data: Annotated[
        str | None,
        typer.Option("--from-data", metavar="DATA", help="Only what came from a file or digest."),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage",
            metavar="STAGE",
            help="Only versions in this stage.",
            autocompletion=completing.stages,
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="WHO", help="Only models of this owner.")
    ] = None,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="Also models and versions that were removed.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """List every version of every model, with its stage.

    As csv it is the inventory: with owner, contact, purpose, limits, risk tier and next review of
    the model, and since when a version is in its stage.

    Examples:
      mltrack model ls
      mltrack model ls --from-data data/churn.csv
      mltrack model ls --stage production --output csv > inventory.csv
      mltrack model ls --owner team-risk --output json
    """
    from mltrack.api.registry import inventory
    from mltrack.api.registry.rows import model_row

    if from_data is not None:
        if stage or owner or deleted:
            raise UsageError(
                "--from-data lists what came from a data set, whatever its stage or owner",
                fix="leave --stage, --owner and --deleted out",
            )
        from mltrack.cli.registry.model_version import list_from_data

        list_from_data(from_data, output, stage=stage, owner=owner, deleted=deleted)
        return
    listing = inventory.list_inventory(stage=stage, owner=owner, deleted=deleted)
    for warning in listing.warnings:
        warn(warning)
    if not listing.total:
        say("no model is registered yet: mltrack register RUN NAME")
    elif not listing.rows:
        say(f"no version is in {stage}: mltrack model ls")
    if output in {Format.JSON, Format.JSONL}:
        gone = [{"deleted": [v.id for v in m.deleted]} if deleted else {} for m in listing.models]
        rows = [model_row(m) | more for m, more in zip(listing.models, gone, strict=True)]
        show_listing(output, "models", rows, [])
    elif output is Format.CSV:
        show_listing(output, "models", listing.rows, inventory.COLUMNS)
    else:
        rows = [_for_people(v, m) for m in listing.models for v in reversed(m.versions)]
        show_listing(output, "models", rows, ["model", *_COLUMNS])


def show_model(
    reference: ModelOrVersionArgument,
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
    from mltrack.api.registry.models import get_model_or_version
    from mltrack.registry.entities import Version

    found = get_model_or_version(reference)
    if isinstance(found, Version):
        from mltrack.cli.registry.model_version import show_version

        show_version(reference, output)
    else:
        _show_model(found, output)


def _show_model(model: "ModelState", output: PageFormat) -> None:
    from mltrack.api.registry.inventory import review_of
    from mltrack.api.registry.models import warnings_of
    from mltrack.api.registry.rows import whole_model

    for line in warnings_of(model):
        warn(line)
    if output is PageFormat.JSON:
        show_json({"model": whole_model(model)})
        return
    show(safe(model.name))
    _show_lines({**model.fields, "next_review": review_of(model), **model.tags})
    show("")
    rows = [_for_people(version, model) for version in reversed(model.versions)]
    show_listing(Format.TABLE, "versions", rows, _COLUMNS)


def _show_lines(values: Mapping[str, Any]) -> None:
    from mltrack.cli.tables import laid_out

    rows = [[safe(str(key)), cell(value)] for key, value in values.items() if value or value == 0]
    for line in laid_out(rows):
        show(f"  {line}")


def _for_people(version: "Version", model: "ModelState") -> dict[str, Any]:
    from mltrack.api.registry.rows import version_row

    row = version_row(version)
    removed = any(version.id == gone.id for gone in model.deleted)
    return {
        "model": version.model,
        "version": version.label,
        "stage": "removed" if removed else _stage(version),
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
