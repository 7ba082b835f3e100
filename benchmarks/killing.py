"""SIGKILL to the server, again and again under load: what was acknowledged must be stored, once.

Clients answer, hand in and sign over HTTP and retry until they are acknowledged; then the database is compared with
what they were told. Run alone: `python -m benchmarks.killing [KILLS]`.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.measure import ENGINES, MUSTER, Row, app_on, database
from benchmarks.population import Reader, populate
from lms.extensions import db
from lms.models import Attempt, AttemptItem, AttemptState, Evidence, Response
from lms.verifying import verify

KILLS = 50
CLIENTS = 6
PEOPLE = 400
POLICY = "abuse-reports"
SECRET = "a secret for benchmarks, 32 or more"
START_SECONDS = 30
LOAD_SECONDS = (0.2, 1.0)


@dataclass
class Told:
    """What clients were told, and how often the server was gone."""

    saves: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """Options by attempt and position."""
    submitted: set[int] = field(default_factory=set)
    signed: set[int] = field(default_factory=set)
    failures: int = 0
    people: int = 0
    refused: list[str] = field(default_factory=list)
    """Answers that no healthy server gives."""
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def acknowledged(self) -> int:
        """All of them together."""
        return len(self.saves) + len(self.submitted) + len(self.signed)


class Server:
    """The real server as a process group that can be killed."""

    def __init__(self, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = os.environ | {
            "MUSTER_ENV": "test",
            "MUSTER_DATABASE_URL": url,
            "MUSTER_SECRET_KEY": SECRET,
            "MUSTER_PORT": str(self.port),
            "MALLOC_ARENA_MAX": "1",  # as deploy/muster.service has it
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [MUSTER, "serve"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if _answers(self.port):  # the socket is open long before the worker behind it is there
                return
            time.sleep(0.05)
        raise RuntimeError("The server did not start.")

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def rows() -> Iterator[Row]:
    """One row per database."""
    for engine in ENGINES:
        yield _row(engine, KILLS)


def _row(engine: str, kills: int) -> Row:
    with database(engine) as url:
        with app_on(url) as app:
            readers = populate(app, people=PEOPLE, policy=POLICY, secret=SECRET)
        told = _load_and_kill(url, readers, kills)
        with app_on(url):
            stored, lost, doubled = reconcile(told)
            findings = verify()
    wrong = len(findings) + len(told.refused)
    for sentence in [*map(str, findings), *told.refused][:5]:
        print(f"  {sentence}", file=sys.stderr)
    return Row(
        work=f"SIGKILL under load, {engine}",
        size=f"{kills} kills, {told.people} people, {told.failures} broken requests",
        measured=f"{told.acknowledged} acknowledged, {stored} stored, {lost} lost, {doubled} doubled, {wrong} wrong",
        goal="0 lost, 0 doubled, 0 wrong",
        is_met=told.acknowledged > 0 and lost == doubled == wrong == 0,
    )


def _load_and_kill(url: str, readers: list[Reader], kills: int) -> Told:
    told, server = Told(), Server(url)
    server.start()
    clients = [
        threading.Thread(target=_client, args=(server.port, readers[number::CLIENTS], told), daemon=True)
        for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    chance = random.Random(7)
    for _ in range(kills):
        time.sleep(chance.uniform(*LOAD_SECONDS))
        server.kill()
        server.start()
    time.sleep(1)
    told.is_over.set()
    for client in clients:
        client.join(START_SECONDS)
    server.kill()
    return told


def _client(port: int, readers: list[Reader], told: Told) -> None:
    for reader in readers:
        if told.is_over.is_set():
            return
        started = _send(port, reader, f"/train/{POLICY}/start", {}, told)
        if started is None:
            return
        attempt = int(started.rpartition("/")[2])
        told.people += 1
        for position, options, citation, typed in reader.answers(attempt):
            fields = {"item": str(position), "option": options, "citation": citation, "typed": typed, "revision": "1"}
            if _send(port, reader, f"/train/attempts/{attempt}/save", fields, told) is None:
                return
            told.saves[attempt, position] = options
        if _send(port, reader, f"/train/attempts/{attempt}/submit", {}, told) is None:
            return
        told.submitted.add(attempt)
        if _send(port, reader, f"/train/attempts/{attempt}/sign", {}, told) is None:
            return
        told.signed.add(attempt)


def _send(port: int, reader: Reader, path: str, fields: dict[str, Any], told: Told) -> str | None:
    """Send until it is acknowledged; where it leads, or None when time is over."""
    body = urlencode({"csrf_token": reader.csrf, **fields}, doseq=True)
    headers = {"Cookie": reader.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    while not told.is_over.is_set():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except (OSError, http.client.HTTPException):
            told.failures += 1
            time.sleep(0.05)
            continue
        if answer.status in {200, 303}:
            return answer.getheader("Location", "")
        if answer.status != 503:
            told.refused.append(f"{path} gave {answer.status}")
            return None
    return None


def reconcile(told: Told) -> tuple[int, int, int]:
    """In the database of this app: stored, lost and doubled of what was acknowledged."""
    answers = {
        (attempt, position): sorted(options)
        for attempt, position, options in db.session.execute(
            select(Response.attempt_id, AttemptItem.position, Response.options).join(
                AttemptItem,
                (AttemptItem.attempt_id == Response.attempt_id) & (AttemptItem.item_id == Response.item_id),
            )
        )
    }
    handed_in = set(db.session.scalars(select(Attempt.id).where(Attempt.state == AttemptState.SUBMITTED)))
    counted = db.session.execute(select(Evidence.attempt_id, func.count()).group_by(Evidence.attempt_id))
    proven = {attempt: count for attempt, count in counted}
    kept = sum(answers.get(key) == options for key, options in told.saves.items())
    stored = kept + len(told.submitted & handed_in) + len(told.signed & set(proven))
    per_person = db.session.scalars(select(func.count()).select_from(Attempt).group_by(Attempt.person_id)).all()
    doubled = sum(count - 1 for count in proven.values()) + sum(count - 1 for count in per_person)
    return stored, told.acknowledged - stored, doubled


def main() -> int:
    """Print a line for each database as soon as it is done."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    are_met = []
    for engine in ENGINES:
        row = _row(engine, kills)
        print(f"{row.work}: {row.size}: {row.measured}", flush=True)
        are_met.append(row.is_met)
    return 0 if all(are_met) else 1


if __name__ == "__main__":
    sys.exit(main())
