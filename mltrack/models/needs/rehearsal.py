"""Load a package in a clean process and ask it: it shows what it gives, and what it needs."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from mltrack.models import loader_text, manifest, process
from mltrack.models.draft import Draft
from mltrack.models.entities import Wishes


def rehearsed(draft: Draft, model: object, wishes: Wishes) -> Draft:  # noqa: ARG001
    """Return the draft with what loading and asking the package showed.

    Not the model itself is asked, since predicting changes some: a nearest-neighbour tree counts.

    Raises:
        UsageError: the package does not load, or refuses the rows that the user gave.
    """
    digest = manifest.write(draft.folder)
    start = process.Start(
        python=Path(sys.executable),
        text=loader_text.text_of(draft.flavor, draft.facts),
        folder=draft.folder,
        digest=digest,
        variables=os.environ,
    )
    signature = draft.facts.signature
    with process.started(start) as running:
        if signature is not None and wishes.rows is not None:
            from mltrack.models.signature.enforce import fitted
            from mltrack.models.signature.inferring import outputs_of, sample_of

            answer = running.answer(fitted(signature, sample_of(wishes.rows)).table)
            signature = replace(signature, outputs=outputs_of(answer))
        modules = tuple(sorted(running.modules().items()))
    return replace(draft, facts=replace(draft.facts, signature=signature), modules=modules)
