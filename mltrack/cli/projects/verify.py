"""mltrack verify: run a run again, and say whether it came to the same."""

from functools import partial
from typing import Annotated

import typer

from mltrack.cli.asking import with_trust
from mltrack.cli.options import (
    AgainTrustOption,
    CurrentOption,
    Env,
    EnvOption,
    ExperimentOption,
    FindLinksOption,
    OfflineOption,
    ParamsOption,
    RunArgument,
    TagsOption,
    VerdictOption,
    pairs_of,
)
from mltrack.cli.output import VerdictFormat, say
from mltrack.cli.progress_line import line_until_its_end
from mltrack.errors import EXIT_NO


def verify(
    run: RunArgument,
    current: CurrentOption = None,
    param: ParamsOption = None,
    env: EnvOption = Env.AUTO,
    experiment: ExperimentOption = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the new run is called.")
    ] = None,
    tag: TagsOption = None,
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
    trust: AgainTrustOption = False,
    output: VerdictOption = VerdictFormat.TABLE,
) -> None:
    """Run a run again and compare the results.

    Says identical, within tolerance or drifted, and in which of code, environment, data,
    parameters and machine the two runs differ. Exits with 1 when it drifted or failed.

    Examples:
      mltrack verify 1
      mltrack verify @max:acc --current env
      mltrack verify kfxhqz --output json
    """
    from mltrack.api.projects.verify import verify_run
    from mltrack.cli.projects.verdicts import show_verified

    verifying = partial(
        verify_run,
        run,
        current=current or (),
        params=pairs_of(param, option="-P"),
        env=env,
        experiment=experiment,
        name=name,
        tags=pairs_of(tag, option="--tag"),
        offline=offline,
        find_links=find_links or (),
        on_errors=True,
        progress=line_until_its_end(),
    )
    verified = with_trust(lambda trusts: verifying(trust=trusts), trust=trust)
    show_verified(verified, output)
    say(f"next: mltrack compare {verified.run.handle} {verified.rerun.handle}")
    if not verified.holds:
        raise typer.Exit(EXIT_NO)
