"""What stands on the first page of the evidence of a version: what is in it, how to check it."""

from collections.abc import Mapping, Sequence

from mltrack.registry.entities import Version
from mltrack.registry.evidence.parcel import MANIFEST

_PARTS = {
    "card.md": "the card of the version; card.html is the same for a browser",
    "card.html": "",
    "lineage.json": "run, code, data, environment, evaluations, stages and gates, for programs",
    "history.csv": "all that happened; an apostrophe keeps spreadsheets from running a text",
    "data.json": "the data that the run used, by digest",
    "verify.json": "what a repetition of the run came to",
    "events/": "the events of the model, as the store has them; they are the registry",
    "signatures/": "which commits brought which event, whether they are signed, and the commits",
    "run/": "the run that made the version: record, packages, journals, figures, patch",
    "rerun/": "the run that was made to verify it",
    "evaluations/": "the runs that evaluated the version",
    "model/": "what the package of the version says of itself; not the weights",
    "source/": "the commit on which the code of the run rests; run/code.patch.gz goes on top",
}
_CHECKS = f"""\
Check it, in this folder:

  every file              sha256sum --check {MANIFEST}
  an event                sha256sum events/NAME.yaml
                          begins with the 20 digits behind the dash of its name, and names the
                          events that it follows in `parents`
  a commit                git hash-object -t commit --stdin -w < signatures/commits/ID
                          prints ID; then git verify-commit ID checks its signature
  the package             sha256sum model/MANIFEST.sha256
                          is the digest of the version, on the card and in the events
  the patch               gunzip < run/code.patch.gz | git apply
                          in the unpacked source
"""


def readme_of(version: Version, files: Mapping[str, bytes], missing: Sequence[str]) -> str:
    """Return the text of README.txt.

    Args:
        version: the version.
        files: all other files.
        missing: a line for each thing that could not be had.
    """
    lines = [
        f"Evidence of the model {version.model}, {version.label}",
        f"version {version.id}, digest {version.digest}",
        "",
        *_contents(files),
        "",
        _CHECKS,
    ]
    if missing:
        lines += ["Not in here:", "", *(f"  {line}" for line in missing), ""]
    return "\n".join("".join(c if c.isprintable() or c == "\n" else "?" for c in x) for x in lines)


def _contents(files: Mapping[str, bytes]) -> list[str]:
    there = {name.partition("/")[0] + ("/" if "/" in name else "") for name in files}
    return [f"  {part:<16}{words}" for part, words in _PARTS.items() if part in there and words]
