"""mltrack registry requests, approve, reject: what is proposed, and what others say to it."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.cells import counted, safe
from mltrack.cli.options import ChosenModelArgument, OutputOption, ReasonOption
from mltrack.cli.output import Format, say, show, show_listing
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.api.registry.reviewing import Answer, Attestation

_COLUMNS = ["when", "model", "version", "what", "who", "why", "approved by"]
_FOR_PROGRAMS = [
    "event",
    "time",
    "by",
    "model",
    "version",
    "label",
    "from",
    "to",
    "stage",
    "approved_by",
    "reason",
]
_Version = Annotated[
    str,
    typer.Argument(
        metavar="NAME[/VERSION]",
        help="The version; else the only one proposed.",
        autocompletion=completing.versions,
    ),
]
_To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="STAGE",
        help="Where it shall go, if several are proposed.",
        autocompletion=completing.stages,
    ),
]


def requests(
    model: ChosenModelArgument = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List what is proposed and still open.

    The oldest comes first; what was done, or rejected, is not open any more.

    Examples:
      mltrack registry requests
      mltrack registry requests churn --output json
    """
    from mltrack.api.registry.request_rows import request_row
    from mltrack.api.registry.reviewing import list_requests

    rows = [request_row(one.request, one.version) for one in list_requests(model)]
    if not rows:
        say("nothing is proposed: mltrack promote NAME/VERSION --propose -m WHY")
    if output in {Format.TABLE, Format.MD}:
        shown = [
            {
                "when": row["time"],
                "model": row["model"],
                "version": row["label"],
                "what": f"{row['from']} -> {row['to']}",
                "who": row["by"],
                "why": row["reason"] or None,
                "approved by": ", ".join(row["approved_by"]) or None,
            }
            for row in rows
        ]
        show_listing(output, "requests", shown, _COLUMNS)
    else:
        show_listing(output, "requests", rows, _FOR_PROGRAMS)


def approve(
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME[/VERSION]]",
            help="The version; else the only one proposed.",
            autocompletion=completing.versions,
        ),
    ] = None,
    reason: ReasonOption = None,
    to: _To = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REV", help="Whatever this branch proposes, and REV lacks."),
    ] = None,
    attested_by: Annotated[
        str | None,
        typer.Option("--attested-by", metavar="HOST", help="In CI: the code host, as github."),
    ] = None,
    reviewer: Annotated[
        str | None,
        typer.Option("--reviewer", metavar="LOGIN", help="In CI: who approved it on the host."),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="In CI: where that is seen.")
    ] = None,
) -> None:
    """Approve what somebody else proposes.

    It moves nothing: that is for promote, once there are as many approvals as the stage asks for.
    A CI job may write down what was approved on a code host, with --attested-by, --reviewer and
    --url.

    Examples:
      mltrack registry approve churn/3 -m "the card says all there is to say"
      mltrack registry approve churn/3 --to production
      mltrack registry approve churn --attested-by github --reviewer "$REVIEWER" --url "$URL"
    """
    from mltrack.api.registry.reviewing import approve_new_requests, approve_request

    attestation = _attestation(attested_by, reviewer, url)
    if version is not None and base is None:
        answers = [approve_request(version, to=to, reason=reason or "", attestation=attestation)]
    elif version is None and base is not None and to is None:
        answers = approve_new_requests(base, reason=reason or "", attestation=attestation)
    else:
        raise UsageError("name a version, or a --base, and not both", fix="add NAME/VERSION")
    if not answers:
        say("this branch proposes nothing that is still to be approved by this person")
    for answer in answers:
        _show_answer(answer)
        uri, stage = shlex.quote(answer.version.uri), answer.request.stage
        say(f"next: commit {answer.file}; then mltrack promote {uri} --to {stage} -m WHY")


def _attestation(host: str | None, reviewer: str | None, url: str | None) -> "Attestation | None":
    from mltrack.api.registry.reviewing import Attestation

    if host is None and reviewer is None and url is None:
        return None
    if host is None or reviewer is None or url is None:
        raise UsageError(
            "what was approved on a code host needs --attested-by, --reviewer and --url together"
        )
    return Attestation(host, reviewer, url)


def reject(
    version: _Version,
    reason: Annotated[
        str, typer.Option("--reason", "-m", metavar="WHY", help="What is missing; it is kept.")
    ],
    to: _To = None,
) -> None:
    """Reject what somebody proposes, or take one's own back.

    That closes the request for ever; whoever still wants it proposes it anew.

    Examples:
      mltrack registry reject churn/3 -m "no evaluation on this year's data"
    """
    from mltrack.api.registry.reviewing import reject_request

    answer = reject_request(version, to=to, reason=reason)
    _show_answer(answer)
    say(f"next: commit {answer.file}")


def _show_answer(answer: "Answer") -> None:
    version, request = answer.version, answer.request
    what = f"{version.model} {version.label}: {request.from_stage} -> {request.stage}"
    if answer.approves:
        show(safe(f"{what} approved by {answer.by} ({counted(answer.approvals, 'approval')})"))
    else:
        show(safe(f"{what} rejected by {answer.by}"))
    if version.stage != request.from_stage:
        say(f"note: it was in {request.from_stage} when it was proposed; it is in {answer.now} now")
