"""What a model in another process is told, and answers: this file travels in every package.

A message is a line of JSON, and the bytes of arrays after it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from mltrack.models.plain import object_array


def send(stream: BinaryIO, told: Mapping[str, Any], arrays: Sequence[Any] = ()) -> None:
    """Write one message: a line of JSON and the bytes of arrays."""
    import numpy as np

    heads, bodies = [], []
    for array in arrays:
        if array.dtype.kind in "OUST":
            body = json.dumps(array.reshape(-1).tolist(), default=_plain).encode()
            heads.append({"bytes": len(body), "shape": array.shape})
        else:
            body = np.ascontiguousarray(array).tobytes()
            heads.append({"bytes": len(body), "dtype": array.dtype.str, "shape": array.shape})
        bodies.append(body)
    stream.write(json.dumps({**told, "arrays": heads}).encode() + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON has no word for
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if hasattr(value, "tolist"):
        return value.tolist()
    return None if type(value).__name__ in {"NAType", "NaTType"} else str(value)


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[Any]] | None:
    """Return the next message and its arrays; None when there is no more.

    Raises:
        EOFError: the other side ended within a message.
    """
    import numpy as np

    line = stream.readline()
    if not line:
        return None
    told = json.loads(line)
    arrays = []
    for head in told.pop("arrays"):
        body = stream.read(head["bytes"])
        if len(body) != head["bytes"]:
            raise EOFError("the message ends too soon")
        if "dtype" in head:
            arrays.append(np.frombuffer(bytearray(body), head["dtype"]).reshape(head["shape"]))
        else:
            values = json.loads(body, object_hook=_bytes)
            objects = [float("nan") if value is None else value for value in values]
            arrays.append(object_array(objects).reshape(head["shape"]))
    return told, arrays


def _bytes(found: dict[str, Any]) -> Any:  # noqa: ANN401 - what JSON has no word for
    return base64.b64decode(found["base64"]) if list(found) == ["base64"] else found
