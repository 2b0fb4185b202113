"""Write a model as a skops file so that the same model gives the same bytes, wherever it is saved.

A skops file is a zip of `schema.json`, a tree of nodes, and of arrays that nodes name. As skops
writes it, objects are known by their addresses in memory, arrays by those of their objects, and the
zip tells the time. Made canonical: objects are numbered as they appear, arrays are named by what
they hold, sets are in order, and the time is always the same. A node without a number is read as
an object of its own, which makes no difference for what cannot be changed: it has none.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

SCHEMA = "schema.json"
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_DIGITS = 16
_NEVER_CHANGE = {"DTypeNode", "FunctionNode", "JsonNode", "TypeNode"}


def dumps(model: object, *, omit: frozenset[str] = frozenset()) -> bytes:
    """Return the bytes of a skops file.

    Args:
        model: any object that skops can take apart.
        omit: attributes to leave out of every object, since they hold an address in memory.

    Raises:
        Exception: skops cannot, and says so by an error of any kind.
    """
    import skops.io

    return canonical(skops.io.dumps(model), omit=omit)


def untrusted_types(data: bytes) -> list[str]:
    """Return the names of the types in a skops file that skops does not know to be harmless."""
    import skops.io

    found: list[str] = skops.io.get_untrusted_types(data=data)
    return sorted(found)


def canonical(data: bytes, *, omit: frozenset[str] = frozenset()) -> bytes:
    """Return the file that holds the same objects, in the one way that depends on them alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        schema = json.loads(source.read(SCHEMA))
        files = {name: source.read(name) for name in source.namelist() if name != SCHEMA}
    tree = _Tree(files, omit)
    tree.rewrite(schema)
    text = json.dumps(schema, separators=(",", ":"))
    return _zipped({**tree.kept, SCHEMA: text.encode()})


class _Tree:
    """A tree of nodes that is being rewritten in place."""

    def __init__(self, files: Mapping[str, bytes], omit: frozenset[str]) -> None:
        self.kept: dict[str, bytes] = {}
        self._files = files
        self._omit = omit
        self._numbers: dict[int, int] = {}

    def rewrite(self, value: Any) -> bool:  # noqa: ANN401 - a tree of JSON
        """Rewrite a node and all below it; return whether what it stands for can change."""
        if isinstance(value, list):
            return self._rewrite_all(value)
        if not isinstance(value, dict):
            return False
        loader = value.get("__loader__")
        if not isinstance(loader, str):
            return self._rewrite_all(value.values())
        if loader == "DictNode":
            self._leave_out(value)
        changes = self._rewrite_all(value.values())
        if loader == "SetNode":
            value["content"].sort(key=json.dumps)
        if isinstance(value.get("file"), str):
            value["file"] = self._kept(value["file"])
        if loader in _NEVER_CHANGE or (loader == "TupleNode" and not changes):
            value.pop("__id__", None)
            return False
        if "__id__" in value:
            value["__id__"] = self._numbers.setdefault(value["__id__"], len(self._numbers) + 1)
        return True

    def _rewrite_all(self, values: Iterable[Any]) -> bool:
        changes = [self.rewrite(value) for value in values]
        return any(changes)

    def _leave_out(self, node: dict[str, Any]) -> None:
        """Leave attributes out of a dict, and the types of their names with them."""
        content, types = node["content"], node["key_types"]["content"]
        pairs = zip(content, types, strict=True)
        node["key_types"]["content"] = [kind for name, kind in pairs if name not in self._omit]
        for name in self._omit & set(content):
            del content[name]

    def _kept(self, name: str) -> str:
        data = self._files[name]
        suffix = name.rpartition(".")[2]
        new = f"{hashlib.sha256(data).hexdigest()[:_DIGITS]}.{suffix}"
        self.kept[new] = data
        return new


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip that is not packed: what a packer gives depends on its version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = _UNIX
            target.writestr(info, files[name])
    return buffer.getvalue()
