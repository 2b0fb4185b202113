"""mltrack rerun: run a run of the store again, and exit as its command did."""

import time
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
    pairs_of,
)
from mltrack.cli.progress_line import line_until_its_end
from mltrack.cli.projects.ended import exit_as


def rerun(
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
) -> None:
    """Run a run of the store again.

    Takes the code, the environment, the parameters, the data and the variables that the run had,
    in a checkout of its own; your work tree stays as it is. --current and -P change one thing.
    Exits as mltrack run does: with the command's own code, and with 125 when mltrack refused.

    Examples:
      mltrack rerun 1
      mltrack rerun kfxhqz -P learning_rate=0.05
      mltrack rerun @max:acc --current code --current env
    """
    from mltrack.api.projects.again import rerun_run

    began = time.monotonic()
    rerunning = partial(
        rerun_run,
        run,
        current=current or (),
        params=pairs_of(param, option="-P"),
        env=env,
        experiment=experiment,
        name=name,
        tags=pairs_of(tag, option="--tag"),
        offline=offline,
        find_links=find_links or (),
        progress=line_until_its_end(),
    )
    done = with_trust(lambda trusts: rerunning(trust=trusts), trust=trust)
    exit_as(done, time.monotonic() - began)
