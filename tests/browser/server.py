"""A site served as a host does, compressed; it remembers what its visitor asked for and how many bytes travelled."""

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", "")


@dataclass
class Served:
    address: str
    """Ends with a slash."""
    sent: list[tuple[str, int]] = field(default_factory=list)
    """Path and bytes of each answer to the last visitor, in order."""
    visits: int = 0

    def visit(self) -> dict[str, str]:
        """Headers that a new visitor sends: what a tab that was closed asked for may still be on its way."""
        self.visits += 1
        self.sent = []
        return {"Visit": str(self.visits)}

    def paths(self, start: int = 0) -> list[str]:
        return [path for path, _ in self.sent[start:]]


@contextmanager
def serve(site: Path) -> Iterator[Served]:
    """Serve ``site``, which may be made later, on a free port of this machine."""
    served = Served("")
    with _Server(("127.0.0.1", 0), functools.partial(_Handler, served, directory=str(site))) as server:
        served.address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A tab that closes while it loads is no error."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, served: Served, *args, **kwargs) -> None:
        self._served = served
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        content = path.read_bytes() if found else b"not found"
        compress = found and path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        if compress:
            content = gzip.compress(content, 6, mtime=0)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(content)))
        if compress:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.headers.get("Visit") == str(self._served.visits):
            self._served.sent.append((self.path, len(content)))
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass
