"""What an environment is to be, decided before the disk is touched; what is there of it already."""

from typing import NamedTuple

from mltrack.envs import interpreters, key, kinds, shelf, wanted
from mltrack.envs.home import Home
from mltrack.envs.key import Ground
from mltrack.envs.shelf import Known
from mltrack.envs.spec import AS_USUAL, Environment, EnvSpec, Interpreter, Supply
from mltrack.envs.wanted import Wanted


class Plan(NamedTuple):
    """Everything that is decided before the disk is touched.

    Attributes:
        key: of what is asked for.
        ground: what the environment stands on.
        installer: the kind that fills it.
        wanted: what it is to hold.
        spec: all that was asked.
        notes: what is done otherwise than asked.
    """

    key: str
    ground: Ground
    installer: str
    wanted: Wanted
    spec: EnvSpec
    notes: tuple[str, ...] = ()

    @property
    def interpreter(self) -> Interpreter:
        """Return the Python that the environment is made of."""
        return self.ground.interpreter


def planned(spec: EnvSpec, home: Home, supply: Supply = AS_USUAL) -> Plan:
    """Return what the environment of a project will be.

    Raises:
        NotFoundError: no Python of this machine is in the range, or a file is not there.
        UsageError: the installer that was named is none, or a file says what cannot be meant.
    """
    asked = wanted.of(spec)
    chosen = interpreters.choose(asked.python, home, near=supply.near)
    interpreter = chosen.interpreter
    seen = interpreters.seen_packages(interpreter) if spec.system_site_packages else None
    ground = Ground(interpreter, spec.variables, seen)
    installer = kinds.choose(pip_alone=spec.system_site_packages)
    return Plan(
        key=_key(ground, asked, spec, installer),
        ground=ground,
        installer=installer,
        wanted=asked,
        spec=spec,
        notes=chosen.notes,
    )


def _key(ground: Ground, asked: Wanted, spec: EnvSpec, installer: str) -> str:
    if asked.is_locked:
        return key.of_lock(ground, (line.decides for line in asked.lines))
    return key.of_input(ground, asked, spec.indexes, installer)


def complete(plan: Plan, home: Home) -> Environment | None:
    """Return the environment that a plan's key names, or None when there is none that works."""
    known = shelf.find(plan.key, home)
    return environment_of(plan, known, home) if known else None


def environment_of(plan: Plan, known: Known, home: Home) -> Environment:
    """Return what a plan became: its interpreter, and its resolved set."""
    return Environment(
        kind="isolated",
        python=shelf.python_of(home.env(known.id)),
        version=plan.interpreter.version,
        key=known.marker.key,
        packages=known.packages,
        id=known.id,
        installer=known.marker.installer,
        notes=(*plan.notes, *known.notes),
        import_folders=plan.wanted.import_folders,
    )
