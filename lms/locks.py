"""One writer at a time for an SQLite file, in the order they came: threads take turns, then processes by flock.

SQLite's own busy handler lets late comers overtake and its WAL-reset bug (before 3.51.3) needs commits and checkpoints
kept apart; every write transaction, and so every automatic checkpoint, runs under this lock.
"""

import fcntl
import os
import threading
from collections import deque
from pathlib import Path

WAIT_SECONDS = 30.0


class WriterWaitedTooLong(RuntimeError):
    """Somebody held the write lock for longer than a request may wait."""


class WriterTurn:
    """A fair lock on one database file, for the threads of this process and for other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._is_taken = False
        self._file: int | None = None

    def take(self) -> None:
        """Wait for our turn; raise WriterWaitedTooLong after WAIT_SECONDS."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                turn = None
            else:
                turn = threading.Event()
                self._queue.append(turn)
        if turn is not None and not turn.wait(WAIT_SECONDS):
            self._give_up(turn)
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def give(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._is_taken = False

    def _give_up(self, turn: threading.Event) -> None:
        with self._guard:
            if turn in self._queue:
                self._queue.remove(turn)
                raise WriterWaitedTooLong("The database is busy. Nothing was saved; try again in a moment.")
        # Our turn came in the very moment the wait ended: it is ours after all.


_turns: dict[str, WriterTurn] = {}
_turns_guard = threading.Lock()
os.register_at_fork(after_in_child=_turns.clear)  # an inherited descriptor would share its lock with the parent


def writer_turn(database: str) -> WriterTurn:
    """The one lock of a database file in this process."""
    with _turns_guard:
        if database not in _turns:
            _turns[database] = WriterTurn(Path(f"{database}.lock"))
        return _turns[database]
