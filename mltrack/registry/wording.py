"""What was said of a model and its versions in words: fields, tags, and the aliases they have."""

from collections.abc import Collection
from typing import Any

from mltrack.registry.facts import Aliased, Described, Registered, Tagged
from mltrack.registry.holders import Claim, Claims
from mltrack.store.ancestry import Ancestry


class Texts:
    """The last word on each field and tag: the higher (lamport, hash) wins.

    What was given away is never changed: each event makes a new mapping.

    Attributes:
        fields: of each version, and under None of the model.
        tags: of each version, and under None of the model.
        changed: the versions of which something was said since this was last emptied.
    """

    __slots__ = ("changed", "fields", "tags")

    def __init__(self) -> None:
        self.fields: dict[str | None, dict[str, str]] = {}
        self.tags: dict[str | None, dict[str, Any]] = {}
        self.changed: set[str | None] = set()

    def add(self, fact: Registered | Described | Tagged) -> None:
        """Take what an event says into account."""
        self.changed.add(fact.version)
        if isinstance(fact, Tagged):
            tags = {**self.tags.get(fact.version, {}), **fact.tags}
            self.tags[fact.version] = {k: v for k, v in tags.items() if v is not None}
        elif isinstance(fact, Described):
            self._describe(fact.version, dict(fact.fields))
        elif fact.description:
            self._describe(fact.version, {"description": fact.description})

    def _describe(self, version: str | None, fields: dict[str, str]) -> None:
        self.fields[version] = {**self.fields.get(version, {}), **fields}


class Aliases:
    """The version of each alias; where one branch took it away and another gave it, it is kept.

    A version that was deleted has none.

    Attributes:
        of: the version of each alias.
        contested: the candidates for each alias that branches moved apart.
        names: the aliases of each version that has any.
    """

    __slots__ = ("_claims", "_deleted", "_is_settled", "_registered", "contested", "names", "of")

    def __init__(self, ancestry: Ancestry) -> None:
        self.of: dict[str, str] = {}
        self.contested: dict[str, tuple[str, ...]] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self._claims = Claims(ancestry)
        self._registered: set[str] = set()
        self._deleted: frozenset[str] = frozenset()
        self._is_settled = True

    def add(self, event: str, fact: Registered | Aliased) -> None:
        """Take what the event of this name says into account."""
        self._is_settled = False
        if isinstance(fact, Registered):
            self._registered.add(fact.version)
        else:
            chosen = fact.version is not None
            self._claims.add(fact.alias, Claim(event, fact.version or "", chosen=chosen))

    def settle(self, deleted: Collection[str]) -> set[str]:
        """Find out what the aliases are now, and return the versions that have others."""
        if self._is_settled and self._deleted == set(deleted):
            return set()
        self._is_settled, self._deleted = True, frozenset(deleted)
        known = self._registered - self._deleted
        before, names = self.names, dict[str, tuple[str, ...]]()
        self.of, self.contested = {}, {}
        for alias in self._claims.things():
            claims = self._claims.standing(alias)
            targets = dict.fromkeys(c.target for c in claims if c.target in known)
            if len(targets) > 1:
                self.contested[alias] = tuple(targets)
            for version in targets if len(targets) == 1 else ():
                self.of[alias] = version
                names[version] = (*names.get(version, ()), alias)
        self.names = names
        return {v for v in before.keys() | names.keys() if before.get(v) != names.get(v)}
