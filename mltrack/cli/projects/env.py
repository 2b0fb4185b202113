"""mltrack env: the environments that projects run in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.asking import confirm
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, size
from mltrack.cli.commands import new_app
from mltrack.cli.options import FindLinksOption, OfflineOption, OutputOption, PageOption, YesOption
from mltrack.cli.output import Format, PageFormat, say, show_listing, warn
from mltrack.cli.progress_line import progress_line

if TYPE_CHECKING:
    from mltrack.envs.cached import Cached
    from mltrack.envs.items import Item

app = new_app("The environments that projects run in.")
_COLUMNS = ["id", "python", "packages", "size", "used", "in_use", "requirements"]
_ITEM_COLUMNS = ["kind", "name", "size", "used", "why"]


@app.command("ls")
def list_environments(output: OutputOption = Format.TABLE) -> None:
    """List the environments on this machine, last used first.

    Examples:
      mltrack env ls
      mltrack env ls --output json
    """
    from mltrack.api.projects import envs

    with bar("reading") as progress:
        found = envs.list_environments(progress)
    if not found:
        say("no environments yet: mltrack env build FOLDER, or mltrack run FOLDER")
    people = output in {Format.TABLE, Format.MD}
    rows = [_for_people(one) if people else envs.row_of(one) for one in found]
    show_listing(output, "environments", rows, [*_COLUMNS, *([] if people else ["key", "folder"])])


def _for_people(one: "Cached") -> dict[str, Any]:
    from mltrack.api.projects.envs import row_of

    row = row_of(one)
    return {
        **row,
        "size": size(row["size"]),
        "in_use": counted(len(row["in_use"]), "process") if row["in_use"] else None,
        "requirements": _brief(row["requirements"]),
    }


def _brief(requirements: list[str]) -> str:
    first, more = requirements[:3], len(requirements) - 3
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")


@app.command("show")
def show_environment(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[ENV|PATH]",
            help="An id or key, or the folder of a project.",
            autocompletion=completing.environments,
        ),
    ] = ".",
    lock: Annotated[
        bool, typer.Option("--lock", help="Print its lock alone: every package, with digests.")
    ] = False,
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Show an environment, or the one that a project asks for.

    The lock can be kept with the project, and named in project.yaml as env.lock.

    Examples:
      mltrack env show
      mltrack env show --lock > requirements.lock
      mltrack env show ggfpisni --output json
    """
    from mltrack.api.projects import envs
    from mltrack.cli.projects import env_page

    if envs.is_project(what):
        env_page.show_project(what, output, lock=lock)
    else:
        env_page.show_environment(envs.get_environment(what), output, lock=lock)


@app.command("build")
def build(
    path: Annotated[
        Path, typer.Argument(metavar="[PATH]", help="The folder of a project.yaml.")
    ] = Path(),
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Resolve anew: newer versions that fit are taken.")
    ] = False,
) -> None:
    """Build the environment of a project ahead of its first run.

    Where it is there already, nothing is done. On a cluster: build on a login node, run anywhere.

    Examples:
      mltrack env build .
      mltrack env build . --upgrade
      mltrack env build . --offline --find-links wheels
    """
    import shlex

    from mltrack.api.projects.envs import build_environment

    with progress_line() as progress:
        built = build_environment(
            path,
            offline=offline,
            find_links=find_links or (),
            upgrade=upgrade,
            progress=progress,
        )
    for note in built.notes:
        warn(note)
    packages = len((built.packages or b"").splitlines())
    say(f"environment {built.id}: Python {built.version}, {counted(packages, 'package')}")
    say(f"next: mltrack run {shlex.quote(str(path))}")


@app.command("rm")
def rm(
    environments: Annotated[
        list[str],
        typer.Argument(
            metavar="ENV...",
            help="Ids or keys: mltrack env ls.",
            autocompletion=completing.environments,
        ),
    ],
    yes: YesOption = False,
) -> None:
    """Remove environments; what needs one builds it again.

    Examples:
      mltrack env rm ggfpisni --yes
    """
    from mltrack.api.projects import envs

    found = [envs.get_environment(reference) for reference in environments]
    for one in found:
        say(f"{one.id}  Python {one.marker.python}, {_brief(list(one.marker.requirements))}")
    freed = size(sum(one.own_bytes for one in found))
    what = f"{counted(len(found), 'environment')} ({freed})"
    confirm(f"remove {what}?", yes=yes, why=f"it would remove {what}", fix="add --yes")
    envs.remove_environments([one.id for one in found])
    say(f"removed {what}")


@app.command("gc")
def collect(
    older_than: Annotated[
        str,
        typer.Option("--older-than", metavar="AGE", help="Not used for so long: 30d, 8w, 12h."),
    ] = "30d",
    max_size: Annotated[
        str | None,
        typer.Option(
            "--max-size", metavar="SIZE", help="Keep at most so much, the last used: 20G, 500M."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go.")] = False,
    yes: YesOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Remove environments and data that were not used for long.

    So goes whatever else is kept for runs in the same cache. What is broken, and what killed builds
    and runs have left, goes at once. What somebody uses now stays in any case; whatever goes is
    built or fetched again by the next run that needs it.

    Examples:
      mltrack env gc --dry-run
      mltrack env gc --older-than 8w --max-size 20G --yes
    """
    from mltrack.api.projects import envs

    with bar("reading") as progress:
        items = envs.plan_collection(older_than, max_size, progress)
    if dry_run or not items:
        _show_items(items, output, removed=False)
        say(f"{_summed_up(items)} would go" if items else "nothing is to be removed")
        return
    what = _summed_up(items)
    confirm(f"remove {what}?", yes=yes, why=f"it would remove {what}", fix="add --yes")
    with bar("removing") as progress:
        done = envs.collect(items, progress)
    _show_items(done, output, removed=True)
    say(f"removed {_summed_up(done)}")


def _show_items(items: "list[Item]", output: Format, *, removed: bool) -> None:
    from mltrack.api.projects.envs import item_row

    rows = [item_row(item) for item in items]
    if output in {Format.TABLE, Format.MD}:
        rows = [{**row, "size": size(row["size"])} for row in rows]
    show_listing(output, "items", rows, _ITEM_COLUMNS, removed=removed)


def _summed_up(items: "list[Item]") -> str:
    kinds = [str(item.kind) for item in items]
    counts = [counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds)]
    return f"{', '.join(counts) or 'nothing'} ({size(sum(item.size_bytes for item in items))})"
