"""mltrack model alias, tag, describe, rm and restore: what is said of a model."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.asking import confirm
from mltrack.cli.cells import counted
from mltrack.cli.options import ModelOrVersionArgument, ReasonOption, WhyOption, YesOption, pairs_of
from mltrack.cli.output import say

if TYPE_CHECKING:
    from mltrack.api.registry.changes import Change


def alias(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="NAME/VERSION",
            help="The version; with --remove the model alone.",
            autocompletion=completing.versions,
        ),
    ],
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The word that names it.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the alias away.")] = False,
    reason: ReasonOption = None,
) -> None:
    """Give a version a name that you can move to another one.

    It is found by `NAME@ALIAS`. Stages, numbers and `latest` have a meaning already.

    Examples:
      mltrack model alias churn/3 champion
      mltrack model alias churn champion --remove
    """
    from mltrack.api.registry.changes import alias_model, unalias_model

    if remove:
        done = unalias_model(reference, alias, reason=reason or "")
        _tell(done, f"{done.state.name} has no alias {alias} any more")
    else:
        done = alias_model(reference, alias, reason=reason or "")
        already = "" if done.is_new else " already"
        _tell(done, f"{done.state.name}@{alias} is {done.name}{already}")


def tag(
    reference: ModelOrVersionArgument,
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME=VALUE...]", help="Tags to set.")
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", metavar="NAME", help="A tag to remove; give it many times."),
    ] = None,
    reason: ReasonOption = None,
) -> None:
    """Set and remove tags of a model or of a version.

    Examples:
      mltrack model tag churn/3 validated=yes
      mltrack model tag churn team=red --remove owner
    """
    from mltrack.api.registry.changes import tag_model

    labels = pairs_of(tags, option="a tag")
    done = tag_model(reference, labels, remove=remove or (), reason=reason or "")
    _tell(done, f"tagged {done.name}")


def describe(
    reference: ModelOrVersionArgument,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="What it is; - means standard input."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="WHO", help="Who answers for it.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="WHERE", help="Whom to ask.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", metavar="TEXT", help="What it is for.")
    ] = None,
    limits: Annotated[
        str | None, typer.Option("--limits", metavar="TEXT", help="What it is not for.")
    ] = None,
    risk_tier: Annotated[
        str | None, typer.Option("--risk-tier", metavar="TIER", help="How much harm it could do.")
    ] = None,
    next_review: Annotated[
        str | None,
        typer.Option("--next-review", metavar="DATE", help="When to look at it again: 2026-08-01."),
    ] = None,
    reason: ReasonOption = None,
) -> None:
    """Say what a model or a version is, and who answers for it.

    Each text replaces what was said before, an empty one takes it back, and what you leave out
    stays. With neither a text nor an option, your editor is opened on a terminal, and standard
    input is read elsewhere. A version has a text only.

    Examples:
      mltrack model describe churn "who will leave next month" --owner team-risk
      mltrack model describe churn --risk-tier high --next-review 2026-08-01
      mltrack model describe churn/3 "the first with the new features"
    """
    from mltrack.api.registry.changes import describe_model
    from mltrack.cli.writing import text_given

    fields = {
        "owner": owner,
        "contact": contact,
        "purpose": purpose,
        "limits": limits,
        "risk_tier": risk_tier,
        "next_review": next_review,
    }
    if text == "-" or (text is None and not any(value is not None for value in fields.values())):
        from mltrack.api.registry.models import get_model_or_version

        get_model_or_version(reference)  # or nobody is asked for a text
        text = text_given(text, about=f"what {reference} is")
    done = describe_model(reference, text, **fields, reason=reason or "")
    _tell(done, f"described {done.name}")
    say(f"next: mltrack model show {shlex.quote(done.name)}")


def rm(reference: ModelOrVersionArgument, reason: WhyOption, yes: YesOption = False) -> None:
    """Remove a model, or one version of it, from the listings.

    All files and the history stay, its number is never given to another, and `mltrack model
    restore` brings it back, in any clone. What is in a stage that holds one version is not removed.
    It asks first on a terminal and needs --yes elsewhere.

    Examples:
      mltrack model rm churn/3 -m "trained on the test set" --yes
      mltrack model rm churn -m "the product is gone"
    """
    from mltrack.api.registry.changes import remove_model
    from mltrack.api.registry.models import get_model_or_version
    from mltrack.registry.entities import Version

    found = get_model_or_version(reference)
    if isinstance(found, Version):
        reference, what = f"{found.model}/{found.id}", f"{found.uri} ({found.id}, {found.stage})"
    else:
        what = f"{found.name} with {counted(len(found.versions), 'version')}"
    confirm(f"remove {what}?", yes=yes, why=f"it removes {what}", fix="add --yes")
    done = remove_model(reference, reason=reason)
    _tell(done, f"removed {what}")
    say(f"to have it back: mltrack model restore {shlex.quote(done.name)}")


def restore(reference: ModelOrVersionArgument, reason: ReasonOption = None) -> None:
    """Bring a removed model, or one version of it, back.

    `mltrack model ls --deleted` shows them too. A version is archived when it is back. Of a model
    every version is brought back that was removed.

    Examples:
      mltrack model restore churn/3
      mltrack model restore churn
    """
    from mltrack.api.registry.changes import restore_model

    done = restore_model(reference, reason=reason or "")
    _tell(done, f"restored {done.name}")


def _tell(done: "Change", words: str) -> None:
    say(words)
    for note in done.notes:
        say(note)
