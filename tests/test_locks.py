"""Writers take turns: nothing is lost, nobody overtakes, and a wait ends with a sentence."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms import locks
from lms.extensions import db, writing
from lms.models import Queue


def test_threads_are_served_in_the_order_they_came(tmp_path: Path) -> None:
    turn = locks.WriterTurn(tmp_path / "lock")
    served: list[int] = []
    turn.take()

    def wait(number: int) -> None:
        turn.take()
        served.append(number)
        turn.give()

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(turn._queue) <= number:
            time.sleep(0.001)
    turn.give()
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_two_processes_share_the_lock_by_the_file(tmp_path: Path) -> None:
    one, other = locks.WriterTurn(tmp_path / "lock"), locks.WriterTurn(tmp_path / "lock")
    one.take()
    got = threading.Event()

    def second() -> None:
        other.take()
        got.set()
        other.give()

    thread = threading.Thread(target=second)
    thread.start()
    assert not got.wait(0.05)
    one.give()
    assert got.wait(2)
    thread.join()


def test_who_waits_too_long_is_told_so_and_may_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.01)
    turn = locks.WriterTurn(tmp_path / "lock")
    turn.take()
    with pytest.raises(locks.WriterWaitedTooLong, match="Nothing was saved"):
        turn.take()
    turn.give()
    turn.take()
    turn.give()


def test_a_turn_that_comes_in_the_last_moment_is_taken(tmp_path: Path) -> None:
    turn = locks.WriterTurn(tmp_path / "lock")
    turn._give_up(threading.Event())  # already served: no longer in the queue, so nothing is raised


def test_no_update_is_lost_when_many_read_and_write(app: Flask) -> None:
    queue_id = db.session.scalar(select(Queue.id))
    db.session.rollback()

    def add_one() -> None:
        with app.app_context():
            for _ in range(10):
                with writing():
                    if db.engine.dialect.name == "postgresql":
                        db.session.execute(text("LOCK TABLE queues IN EXCLUSIVE MODE"))
                    queue = db.session.get_one(Queue, queue_id)
                    queue.name = str(int(queue.name) + 1) if queue.name.isdigit() else "1"
                    db.session.commit()

    threads = [threading.Thread(target=add_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.get_one(Queue, queue_id).name == "60"


def test_what_was_not_committed_is_rolled_back(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="on the way"), writing():
        db.session.add(Queue(slug="half", name="Half"))
        db.session.flush()
        raise RuntimeError("on the way")
    assert db.session.scalar(select(Queue).where(Queue.slug == "half")) is None


def test_sqlite_acknowledges_only_what_the_disk_has(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
        return
    assert db.session.scalar(text("PRAGMA synchronous")) == 2
    assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
