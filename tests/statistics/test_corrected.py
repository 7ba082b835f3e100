"""A question that was corrected is counted as it counts today; one that is void is told of, and scores nobody."""

from lms import clock
from lms.domain.correcting import NewKey
from tests.correcting.made import RESCORE, VOID, decide, published, sit
from tests.statistics.test_pages import HOME, lines


def test_another_key_gives_other_figures(cast, sign_in, tmp_path):
    published(tmp_path)
    sit(cast.ada, at=clock.now(), notice_1="b")
    assert lines(sign_in("pia"))["notice-1"]["facility"] == "0.0"
    decide("notice-1", RESCORE, NewKey(right=("b",)), by=cast.pia, at=clock.now())
    assert lines(sign_in("pia"))["notice-1"]["facility"] == "1.0"


def test_what_is_void_is_marked_and_its_answers_are_still_shown(cast, sign_in, tmp_path):
    published(tmp_path)
    sit(cast.ada, at=clock.now(), notice_1="b")
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    pia = sign_in("pia")
    assert lines(pia)["notice-1"]["facility"] == "0.0"
    assert "Void, not scored" in pia.get(f"{HOME}/items/notice-1").words
