"""Of a question that was swapped for another, only the other is counted."""

from lms import clock
from lms.extensions import db
from lms.training.swapping import swap_item
from tests.statistics.test_pages import lines
from tests.training.test_swapping import by_number, fields, sensitive_in, spare, start_at_sensitive


def test_what_was_swapped_out_was_asked_of_nobody(app, cast, sign_in, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    swap_item(attempt_id, cast.ada, number=sensitive_in(attempt_id).number, now=clock.now())
    db.session.rollback()
    sign_in("ada").post(f"/train/attempts/{attempt_id}/submit", fields(by_number(attempt_id)) | {"revision": 9})
    found = lines(sign_in("pia"))
    assert {item: each["attempts"] for item, each in found.items()} == {
        "kinds-1": "0", "kinds-2": "1", "genuine-1": "1", "notice-1": "1",
    }  # fmt: skip
    assert found["kinds-2"]["facility"] == "1.0"
