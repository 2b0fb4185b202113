"""mltrack config: the settings in force, and the schema of the file that people write."""

from typing import Annotated, Any

import typer

from mltrack.cli.cells import counted, raw_cell
from mltrack.cli.commands import new_app
from mltrack.cli.options import OutputOption
from mltrack.cli.output import Format, show, show_listing, warn
from mltrack.errors import NotFoundError, nearest

app = new_app(
    "The settings in force.\n\nThey are set in .mltrack/config.yaml, or by MLTRACK_* variables."
)


@app.command("ls")
def list_settings(
    origin: Annotated[
        bool, typer.Option("--origin", help="Also where each value was set.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """List every setting and its value.

    Examples:
      mltrack config ls --origin
    """
    from mltrack.api.registry.gates import gate_faults
    from mltrack.api.store import effective_settings

    settings = effective_settings()
    for fault in gate_faults():
        warn(fault)
    if output in {Format.TABLE, Format.MD}:
        settings = [_for_people(setting) for setting in settings]
    columns = ["key", "value", *(["origin"] if origin else []), "meaning"]
    show_listing(output, "settings", settings, columns)


def _for_people(setting: dict[str, Any]) -> dict[str, Any]:
    """Return a setting as a line has room for it: of gates, how many each stage has."""
    if setting["key"] != "gates":
        return setting
    counts = {s: len(rules) for s, rules in setting["value"].items() if isinstance(rules, list)}
    told = ", ".join(f"{stage}: {counted(number, 'rule')}" for stage, number in counts.items())
    return {**setting, "value": told or setting["value"]}


@app.command()
def get(key: Annotated[str, typer.Argument(metavar="KEY")]) -> None:
    """Print the value of one setting.

    Examples:
      mltrack config get durability
    """
    from mltrack.api.store import effective_settings

    values = {setting["key"]: setting["value"] for setting in effective_settings()}
    if key not in values:
        raise NotFoundError(
            f"there is no setting {key}{nearest(key, list(values))}", fix="mltrack config ls"
        )
    show(raw_cell(values[key]))


@app.command()
def schema() -> None:
    """Print the JSON schema of project.yaml, for editors.

    An editor finds it by the first line of a project.yaml:
    # yaml-language-server: $schema=project.schema.json

    Examples:
      mltrack config schema > project.schema.json
    """
    from mltrack.api.projects.shape import project_schema

    show(project_schema())
