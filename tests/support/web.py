"""A web server on this machine that serves what a test gives it, and tells what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


class Web:
    """What a server serves, by path: one answer, or the answers of the next requests in turn."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[dict[str, str]] = []

    def serve(self, path: str, body: bytes, **headers: str) -> str:
        """Serve bytes from now on, and return their address."""
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.answer(path, (200, told, body))

    def answer(self, path: str, *answers: Answer) -> str:
        """Give these answers in turn, the last of them for ever, and return the address."""
        self.answers[path] = list(answers)
        return f"http://{self.address}{path}"

    def reply(self, path: str, headers: dict[str, str]) -> Answer:
        """Return the answer to a request."""
        self.asked.append({"path": path, **headers})
        answers = self.answers.get(path.partition("?")[0], [(404, {}, b"")])
        code, told, body = answers.pop(0) if len(answers) > 1 else answers[0]
        if told.get("ETag") and headers.get("If-None-Match") == told["ETag"]:
            return 304, told, b""
        return code, told, body


@contextmanager
def web() -> Iterator[Web]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, told, body = served.reply(self.path, dict(self.headers))
            self.send_response(code)
            for name, text in {"Content-Length": str(len(body)), **told}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body if code == 200 else b"")

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Web(f"127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
