"""`muster serve`: a real server on loopback, and what gunicorn is told."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lms.config import Settings
from lms.serving import Server, address, options, port

PATIENCE_SECONDS = 90


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, env="test", secret_key="a secret for tests only, 32 characters", **given)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The real command in a process of its own, ready."""
    number = free_port()
    environment = os.environ | {
        "MUSTER_DATABASE_URL": database_url,
        "MUSTER_SECRET_KEY": "a secret for tests only, 32 characters",
        "MUSTER_PORT": str(number),
        "PYTHONUNBUFFERED": "1",
    }
    script = "from lms.cli import main; main(['serve'])"
    log = (tmp_path / "serve.log").open("w+")
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=log, stderr=log, text=True)
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while f"Muster is at http://127.0.0.1:{number}/" not in (tmp_path / "serve.log").read_text():
            assert process.poll() is None, (tmp_path / "serve.log").read_text()
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)
        yield process, number
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        log.close()


def test_it_serves_tells_its_address_and_stops_on_ctrl_c(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path) as (process, number):
        with urllib.request.urlopen(f"http://127.0.0.1:{number}/sign-in", timeout=PATIENCE_SECONDS) as response:
            assert response.status == 200
            assert b"Sign in" in response.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
        told = (tmp_path / "serve.log").read_text()
        assert told.count("\n") == 1, f"nothing but the address is printed: {told}"


def test_a_request_under_way_is_finished_first(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path) as (process, number), socket.create_connection(("127.0.0.1", number)) as line:
        line.settimeout(PATIENCE_SECONDS)
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        threading.Timer(1, lambda: line.sendall(b"a=b")).start()
        answer = b""
        while part := line.recv(65536):
            answer += part
        assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
        assert process.wait(timeout=PATIENCE_SECONDS) == 0


def test_gunicorn_takes_what_it_is_told() -> None:
    server = Server(settings(threads=3, port=8123, host="::1"))
    assert server.cfg.bind == ["[::1]:8123"] or server.cfg.bind == "[::1]:8123"
    assert (server.cfg.workers, server.cfg.threads, server.cfg.worker_class_str) == (1, 3, "gthread")
    assert server.cfg.accesslog is None


def test_the_port_of_a_hosting_platform_is_taken_unless_ours_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSTER_PORT", raising=False)
    monkeypatch.setenv("PORT", "9999")
    assert port(settings()) == 9999
    assert options(settings())["bind"] == "127.0.0.1:9999"
    monkeypatch.setenv("MUSTER_PORT", "7777")
    assert port(settings()) == 7777
    monkeypatch.delenv("MUSTER_PORT")
    monkeypatch.setenv("PORT", "http")
    assert port(settings()) == 8000


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104
        ("::", "127.0.0.1"),
        ("10.0.0.5", "10.0.0.5"),
        ("fd00::5", "[fd00::5]"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host: str, shown: str) -> None:
    assert address(settings(host=host, port=8000)) == f"http://{shown}:8000/"


def test_the_app_is_made_in_the_worker(database_url: str) -> None:
    app = Server(settings(database_url=database_url)).load()
    assert "accounts.sign_in" in app.view_functions
