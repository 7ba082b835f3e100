"""Passwords: long sentences are taken, short or guessable ones are not, and checking nobody's takes as long."""

import time

import pytest

from lms.accounts.passwords import PasswordTooWeak, check_new, hash_password, is_right


@pytest.mark.parametrize(
    "password",
    ["a quiet morning in Dublin", "x1 y2 z3 w4 v5 u6", "пятнадцать знаков", "🙂🙃😉😊😋😎😍😘🥰😗😙😚🤗🤩🤔"],
)
def test_a_long_one_is_taken_whatever_it_is_written_in(password: str) -> None:
    check_new(password)
    assert is_right(password, hash_password(password))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "15 to 256 characters"),
        ("fourteen chars", "15 to 256 characters"),
        ("x" * 257, "15 to 256 characters"),
        ("passwordpasswordpassword", "easily guessed"),
        ("Muster-Muster-Muster", "easily guessed"),
        ("aaaaaaaaaaaaaaaa", "easily guessed"),
    ],
)
def test_a_weak_one_is_refused_with_the_reason(password: str, words: str) -> None:
    with pytest.raises(PasswordTooWeak, match=words):
        check_new(password)


def test_a_space_at_the_end_is_part_of_it() -> None:
    kept = hash_password("a quiet morning in Dublin ")
    assert is_right("a quiet morning in Dublin ", kept)
    assert not is_right("a quiet morning in Dublin", kept)


def test_an_endless_one_never_reaches_the_hash() -> None:
    started = time.perf_counter()
    assert not is_right("x" * 10_000_000, hash_password("a quiet morning in Dublin"))
    assert time.perf_counter() - started < 5


def test_nobody_and_a_damaged_hash_are_only_wrong() -> None:
    assert not is_right("a quiet morning in Dublin", None)
    assert not is_right("nobody has this password", None)
    assert not is_right("a quiet morning in Dublin", "no hash at all")
