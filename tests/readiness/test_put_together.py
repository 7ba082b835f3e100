"""A server puts the report together before anybody asks, and does without where it cannot."""

import threading

import pytest

from lms import clock
from lms.app import create_app
from lms.everybody.case import Case
from lms.extensions import db, dispose_engines
from lms.models import memory
from lms.readiness import board
from lms.serving import put_together
from tests.conftest import settings_for


def test_the_report_is_there_before_anybody_asks(app, mixed, count_statements):
    board.forget()
    memory.forget()
    asked = threading.Thread(target=put_together, args=(app,))
    asked.start()
    asked.join()
    assert count_statements(lambda: board.board_of_now(clock.now())) <= 2, "but for what was added since"


def test_a_database_that_is_not_there_stops_no_server(tmp_path, caplog):
    app = create_app(settings_for(f"sqlite:///{tmp_path}/nothing.db"))
    put_together(app)
    assert "could not be put together ahead" in caplog.text
    with app.app_context():
        dispose_engines()


@pytest.mark.parametrize("page", ["", "over-time", "ahead?weeks=4", "changes"])
def test_no_read_waits_while_everybody_is_worked_out(app, mixed, sign_in, monkeypatch, page):
    """It may take longer than a database lets one be idle. Two threads work, and neither of them reads."""
    begin, connections, reader = Case.__init__, [], sign_in("lena")
    board.forget()
    pool = db.engine.pool

    def begun(self, *args):
        connections.append(pool.checkedout())
        begin(self, *args)

    monkeypatch.setattr(Case, "__init__", begun)
    db.session.rollback()
    reader.get(f"/readiness/{page}")
    assert connections
    assert set(connections) == {0}
