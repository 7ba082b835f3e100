"""A server puts the report together before anybody asks, and does without where it cannot."""

import threading

from lms import clock
from lms.app import create_app
from lms.extensions import dispose_engines
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
