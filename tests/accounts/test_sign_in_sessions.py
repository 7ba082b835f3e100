"""A session ends on the server: by signing out, by itself, with a new password, and with the employment."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms import clock
from lms.accounts.actions import set_password
from lms.extensions import db, writing
from lms.models import SignInSession
from tests.cast import Cast, leave
from tests.conftest import Readers
from tests.page import Reader


def age(**columns: timedelta) -> None:
    """Make every session older."""
    with writing():
        db.session.execute(update(SignInSession).values({name: clock.now() - past for name, past in columns.items()}))
        db.session.commit()


class TestSessions:
    def test_signing_out_ends_it_on_the_server(self, sign_in: Readers) -> None:
        reader = sign_in("ada")
        cookie = reader.client.get_cookie("muster")
        assert cookie is not None
        page = reader.post("/sign-out")
        assert page.location == "/sign-in"
        assert "cache" in page.response.headers["Clear-Site-Data"]
        assert_signed_out(reader)
        reader.client.set_cookie("muster", cookie.value)  # somebody copied it before
        assert_signed_out(reader)

    def test_one_session_ends_and_the_others_go_on(self, sign_in: Readers) -> None:
        phone, laptop = sign_in("ada"), sign_in("ada")
        phone.post("/sign-out")
        laptop.get("/")

    def test_an_invented_token_is_nobodys(self, stranger: Reader) -> None:
        for token in ("", "x" * 43, "\0", "٣" * 1000):
            with stranger.client.session_transaction() as kept:
                kept["_user_id"] = token
            assert_signed_out(stranger)

    @pytest.mark.parametrize(
        ("name", "columns", "is_over"),
        [
            ("ada", {"last_seen_at": timedelta(minutes=59)}, False),
            ("ada", {"last_seen_at": timedelta(minutes=61)}, True),
            ("rune", {"last_seen_at": timedelta(minutes=29)}, False),
            ("rune", {"last_seen_at": timedelta(minutes=31)}, True),
            ("lena", {"last_seen_at": timedelta(minutes=31)}, True),
            ("cole", {"last_seen_at": timedelta(minutes=31)}, False),
            ("ada", {"created_at": timedelta(hours=11, minutes=59)}, False),
            ("ada", {"created_at": timedelta(hours=12, minutes=1)}, True),
        ],
    )
    def test_it_ends_by_itself(self, sign_in: Readers, name: str, columns: dict[str, timedelta], is_over: bool) -> None:
        reader = sign_in(name)
        age(**columns)
        if is_over:
            assert_signed_out(reader)
        else:
            assert reader.client.get("/").status_code == 200

    def test_its_last_use_is_noted_once_a_minute_and_not_oftener(self, sign_in: Readers) -> None:
        reader = sign_in("ada")
        age(last_seen_at=timedelta(minutes=5))
        reader.client.get("/")
        assert clock.now() - last_seen() < timedelta(seconds=30)
        reader.get("/")  # a strict reader: this one writes nothing

    def test_who_has_left_is_out_with_the_next_request(self, sign_in: Readers, cast: Cast) -> None:
        reader = sign_in("ada")
        reader.get("/")
        leave(cast.ada)
        assert_signed_out(reader)

    def test_a_new_password_ends_the_sessions_under_the_old_one(self, sign_in: Readers, cast: Cast) -> None:
        reader = sign_in("ada")
        set_password(cast.ada, "another quiet morning there", now=clock.now())
        assert_signed_out(reader)

    def test_all_sessions_of_a_person_can_be_ended(self, sign_in: Readers, cast: Cast) -> None:
        from lms.accounts.actions import end_all_sessions

        mine, other = sign_in("ada"), sign_in("sam")
        end_all_sessions(cast.ada, by=cast.rune, now=clock.now())
        assert_signed_out(mine)
        other.get("/")


def last_seen() -> object:
    found = db.session.scalars(select(SignInSession.last_seen_at)).one()
    db.session.rollback()
    return found


def assert_signed_out(reader: Reader) -> None:
    client: FlaskClient = reader.client
    response = client.get("/record")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in")
