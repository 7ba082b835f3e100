"""What a real server process has in memory once somebody has looked at the report, and had at most until then."""

import http.client
from http import HTTPStatus
from pathlib import Path

from benchmarks.killing import Server

PATIENCE_SECONDS = 300


def of_a_server(url: str, cookie: str) -> tuple[float, float]:
    """Megabytes held and at most, of the process that answers; the report is asked for twice."""
    server = Server(url)
    server.start()
    try:
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
            connection.request("GET", "/readiness/", headers={"Cookie": cookie})
            answer = connection.getresponse()
            assert answer.status == HTTPStatus.OK, answer.status
            answer.read()
            connection.close()
        said = dict(line.split(":", 1) for line in Path(f"/proc/{_worker(server.pid)}/status").read_text().splitlines())
        return _megabytes(said["VmRSS"]), _megabytes(said["VmHWM"])
    finally:
        server.kill()


def _worker(arbiter: int) -> int:
    """Gunicorn's one child, which answers."""
    return int(Path(f"/proc/{arbiter}/task/{arbiter}/children").read_text().split()[0])


def _megabytes(kilobytes: str) -> float:
    return int(kilobytes.split()[0]) / 1024
