"""The load: agents who answer, hand in and sign, and leads who read the report, each until it is acknowledged."""

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from benchmarks.killing import Told
from benchmarks.population import Reader
from deploy.rehearsal.machines import HOST, connection

READ, WRITE = "read", "write"
DONE = frozenset({200, 303})
NOT_NOW = frozenset({502, 503, 504})
"""Answers after which a client tries again; everything else is wrong."""
BROKEN = "broken"
"""No answer at all: refused, reset or too late."""
PAUSE_SECONDS = 0.1
READING_SECONDS = 0.5
"""Between two looks at the report."""
REPORTS = ("/readiness/", "/readiness/report.json", "/readiness/report.csv")


@dataclass(frozen=True, slots=True)
class Try:
    """One request."""

    kind: str
    began: float
    ended: float
    answer: int | str

    @property
    def is_done(self) -> bool:
        """Was it acknowledged?"""
        return self.answer in DONE


@dataclass
class Doors:
    """Where requests go: to nginx, or without it to each server in turn, the other one after a failure."""

    ports: list[int]
    is_tls: bool
    current: int = 0

    def fail(self, port: int) -> None:
        """That one did not answer."""
        if self.ports[self.current % len(self.ports)] == port:
            self.current += 1

    def port(self) -> int:
        """The one to try."""
        return self.ports[self.current % len(self.ports)]


@dataclass
class Load:
    """All clients, what they were told and when."""

    doors: Doors
    policy: str
    told: Told = field(default_factory=Told)
    tries: list[Try] = field(default_factory=list)
    waits: list[tuple[str, float, float]] = field(default_factory=list)
    """Kind, moment of the first try and seconds until it was acknowledged."""
    without_retry_after: int = 0
    """Answers 503 of ours that did not say when to try again."""
    _clients: list[threading.Thread] = field(default_factory=list)

    def begin(self, agents: list[Reader], leads: list[Reader], *, clients: int) -> None:
        """Let them all go."""
        for number in range(clients):
            self._go(self._agents, agents[number::clients])
        for lead in leads:
            self._go(self._lead, lead)

    def end(self) -> None:
        """Let each finish its request, and nothing more."""
        self.told.is_over.set()
        for client in self._clients:
            client.join(60)

    def _go(self, work: Any, *args: Any) -> None:
        self._clients.append(threading.Thread(target=work, args=args, daemon=True))
        self._clients[-1].start()

    def _lead(self, lead: Reader) -> None:
        for number in count():
            if self._until_done(READ, "GET", REPORTS[number % len(REPORTS)], lead) is None:
                return
            time.sleep(READING_SECONDS)

    def _agents(self, agents: list[Reader]) -> None:
        for agent in agents:
            if not self._whole_quiz(agent):
                return

    def _whole_quiz(self, agent: Reader) -> bool:
        started = self._post(agent, f"/train/{self.policy}/start", {})
        if started is None:
            return False
        attempt = int(started.rpartition("/")[2])
        self.told.people += 1
        for position, options, citation, typed in self._answers(agent, attempt):
            fields = {"item": str(position), "option": options, "citation": citation, "typed": typed, "revision": "1"}
            if self._post(agent, f"/train/attempts/{attempt}/save", fields) is None:
                return False
            self.told.saves[attempt, position] = options
        if self._post(agent, f"/train/attempts/{attempt}/submit", {}) is None:
            return False
        self.told.submitted.add(attempt)
        if self._post(agent, f"/train/attempts/{attempt}/sign", {}) is None:
            return False
        self.told.signed.add(attempt)
        return True

    def _answers(self, agent: Reader, attempt: int) -> Iterator[tuple[int, list[str], str, str]]:
        """The keys are looked up in the database, which may be away; that is no request of anybody."""
        while not self.told.is_over.is_set():
            try:
                yield from agent.answers(attempt)
                return
            except Exception:  # whatever it says while it is away
                time.sleep(PAUSE_SECONDS)

    def _post(self, reader: Reader, path: str, fields: Mapping[str, Any]) -> str | None:
        body = urlencode({"csrf_token": reader.csrf, **fields}, doseq=True)
        return self._until_done(WRITE, "POST", path, reader, body)

    def _until_done(self, kind: str, method: str, path: str, reader: Reader, body: str = "") -> str | None:
        """Send until it is acknowledged; where it leads, or None when time is over or the answer is wrong."""
        first = time.monotonic()
        while not self.told.is_over.is_set():
            port, began = self.doors.port(), time.monotonic()
            answer, leads_to = self._send(port, method, path, reader, body)
            self.tries.append(Try(kind, began, time.monotonic(), answer))
            if answer in DONE:
                self.waits.append((kind, first, time.monotonic() - first))
                return leads_to
            if answer == BROKEN:
                self.told.failures += 1
                self.doors.fail(port)
            elif answer not in NOT_NOW:
                self.told.refused.append(f"{method} {path} gave {answer}")
                return None
            time.sleep(PAUSE_SECONDS)
        return None

    def _send(self, port: int, method: str, path: str, reader: Reader, body: str) -> tuple[int | str, str]:
        line = connection(port, is_tls=self.doors.is_tls)
        headers = {"Cookie": reader.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Referer": f"https://{HOST}/", "Host": HOST}
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return BROKEN, ""
        finally:
            line.close()
        if answer.status == 503 and not answer.getheader("Retry-After"):
            self.without_retry_after += 1
        return answer.status, answer.getheader("Location", "") or ""
