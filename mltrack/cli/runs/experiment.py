"""mltrack experiment: the experiments that runs belong to."""

from typing import Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.asking import confirm
from mltrack.cli.bar import bar
from mltrack.cli.cells import cell, counted, moment, safe
from mltrack.cli.commands import new_app
from mltrack.cli.options import (
    OutputOption,
    PageOption,
    ReasonOption,
    TagsOption,
    YesOption,
    pairs_of,
)
from mltrack.cli.output import Format, PageFormat, say, show, show_json, show_listing, warn

app = new_app("The experiments that runs belong to.")
_COLUMNS = ["name", "id", "runs", "latest", "description"]

ExperimentArgument = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT",
        help="Its name, its id, or the beginning of its id.",
        autocompletion=completing.experiments,
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME")]
DeletedOption = Annotated[bool, typer.Option("--deleted", help="Also removed experiments.")]


@app.command("ls")
def list_experiments(deleted: DeletedOption = False, output: OutputOption = Format.TABLE) -> None:
    """List experiments by name.

    Examples:
      mltrack experiment ls
      mltrack experiment ls --deleted --output json
    """
    from mltrack.api.runs import experiments

    with bar("reading") as progress:
        listing = experiments.list_experiments(deleted=deleted, progress=progress)
    for warning in listing.warnings:
        warn(warning)
    if not listing.found and listing.removed:
        say(f"no experiments; left out for being removed: {listing.removed} (add --deleted)")
    elif not listing.found:
        say("no experiments yet: a run names its own, mltrack start --experiment NAME")
    rows = [e.summary() for e in listing.found]
    people = output in {Format.TABLE, Format.MD}
    shown = [_for_people(row) for row in rows] if people else rows
    show_listing(output, "experiments", shown, [*_COLUMNS, *([] if people else ["deleted"])])


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    removed = " (removed)" if row["deleted"] else ""
    first, *more = row["description"].splitlines() or [""]
    return {**row, "name": row["name"] + removed, "description": first + (" ..." if more else "")}


@app.command("show")
def show_experiment(experiment: ExperimentArgument, output: PageOption = PageFormat.PAGE) -> None:
    """Show an experiment.

    Its runs by status, its tags, and what was said of it by whom.

    Examples:
      mltrack experiment show churn
      mltrack experiment show churn --output json
    """
    from mltrack.api.runs.experiments import get_experiment

    found = get_experiment(experiment)
    for warning in found.warnings:
        warn(warning)
    document = found.to_json()
    if output is PageFormat.JSON:
        show_json({"experiment": document})
    else:
        _show_page(document)


def _show_page(found: dict[str, Any]) -> None:
    counts = ", ".join(f"{count} {status}" for status, count in found["by_status"].items())
    facts = {
        "id": f"{found['id']}{', removed' if found['deleted'] else ''}",
        "runs": counts or "none",
        "latest": moment(found["latest"]) if found["latest"] else None,
        "newest": ", ".join(found["newest"]) or None,
    }
    show(safe(found["name"]))
    _show_lines([[key, safe(value)] for key, value in facts.items() if value])
    if found["description"]:
        show("\ndescription")
        _show_lines([[safe(line)] for line in found["description"].splitlines()])
    if found["tags"]:
        show("\ntags")
        _show_lines([[safe(k), cell(v)] for k, v in found["tags"].items()])
    if found["history"]:
        show("\nhistory")
        entries = (
            [moment(e["time"]), e["kind"], e["by"] or "-", e["reason"]] for e in found["history"]
        )
        _show_lines([[safe(text) for text in entry] for entry in entries])


def _show_lines(rows: list[list[str]]) -> None:
    from mltrack.cli.tables import laid_out

    for line in laid_out(rows):
        show(f"  {line}")


@app.command("create")
def create(
    name: NameArgument,
    description: Annotated[
        str, typer.Option("--description", "-d", metavar="TEXT", help="What it is about.")
    ] = "",
    tag: TagsOption = None,
) -> None:
    """Make an experiment before its first run.

    It need not be made: a run that names it makes it too.

    Examples:
      mltrack experiment create churn --description "who will leave next month"
    """
    from mltrack.api.runs.experiment_changes import create_experiment

    made = create_experiment(name, description, pairs_of(tag, option="--tag"))
    say(f"made {made.name} ({made.id}); next: mltrack start --experiment {_quoted(made.name)}")


@app.command("rename")
def rename(experiment: ExperimentArgument, name: NameArgument) -> None:
    """Give an experiment another name; its runs go with it.

    Examples:
      mltrack experiment rename churn leavers
    """
    from mltrack.api.runs.experiment_changes import rename_experiment

    renamed = rename_experiment(experiment, name)
    say(f"{renamed.id} is now called {renamed.name}")


@app.command("describe")
def describe(
    experiment: ExperimentArgument,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="-, or nothing in a pipe: standard input."),
    ] = None,
) -> None:
    """Say what an experiment is about.

    It replaces what was said before. Without a text, your editor is opened on a terminal, and
    standard input is read elsewhere.

    Examples:
      mltrack experiment describe churn "who will leave next month"
    """
    from mltrack.api.runs.experiment_changes import describe_experiment
    from mltrack.api.runs.experiments import get_experiment
    from mltrack.cli.writing import text_given

    found = get_experiment(experiment)
    told = describe_experiment(found.id, text_given(text, about=f"what {found.name} is about"))
    say(f"described {told.name} ({told.id})")


@app.command("tag")
def tag(
    experiment: ExperimentArgument,
    tags: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...")],
) -> None:
    """Set tags of an experiment.

    Examples:
      mltrack experiment tag churn team=red
    """
    from mltrack.api.runs.experiment_changes import tag_experiment

    tagged = tag_experiment(experiment, pairs_of(tags, option="a tag"))
    say(f"tagged {tagged.name} ({tagged.id})")


@app.command("rm")
def rm(experiment: ExperimentArgument, reason: ReasonOption = None, yes: YesOption = False) -> None:
    """Remove an experiment and its runs from the listings.

    All files stay, and `mltrack experiment restore` brings everything back, in any clone. A run
    that starts under its name later belongs to another experiment. It asks first on a terminal
    and needs --yes elsewhere, unless the experiment has no runs.

    Examples:
      mltrack experiment rm churn --reason "wrong data" --yes
    """
    from mltrack.api.runs.experiment_changes import remove_experiment
    from mltrack.api.runs.experiments import get_experiment

    found = get_experiment(experiment)
    runs = counted(found.runs, "run")
    say(f"{found.id}  {found.name}  {runs}")
    if found.runs:
        confirm(f"remove {found.name} with {runs}?", yes=yes, why=f"it has {runs}", fix="add --yes")
    remove_experiment(found.id, reason or "")
    say(f"removed with {runs}; to have it back: mltrack experiment restore {found.id}")


@app.command("restore")
def restore(experiment: ExperimentArgument, reason: ReasonOption = None) -> None:
    """Bring a removed experiment back, and its runs with it.

    Examples:
      mltrack experiment restore churn
    """
    from mltrack.api.runs.experiment_changes import restore_experiment

    found = restore_experiment(experiment, reason or "")
    say(f"restored {found.name} ({found.id}) with {counted(found.runs, 'run')}")


def _quoted(name: str) -> str:
    import shlex

    return shlex.quote(name)
