"""What a reader sees of a stretch of Markdown."""

import pytest

from lms.library.visible import MOST_CHARACTERS, Eyes, TooTangled, link_key

EYES = Eyes({"terms": "https://a.example/legal/terms-of-service.html#2-scope"})


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**It (*see* x).** _y_", "It (see x). y"),
        ("a `b <c> &amp; d` e", "a b <c> &amp; d e"),
        ("AT&T &amp; &lt;co&gt; 3 < 4", "AT&T & <co> 3 < 4"),
        ("one  \ntwo<br/>three", "one two three"),
        ("[text](/a/b) and [Terms][] and [no such]", "text and Terms and [no such]"),
        ("![alt text](i.png)", "alt text"),
        ("<https://a.example/x> <me@a.example>", "https://a.example/x me@a.example"),
        ("[write us](mailto:a@b.example?subject=x)", "write us (a@b.example)"),
        ("[A@B.example](mailto:a@b.example)", "A@B.example"),
        ("[call](tel:+1-555) us", "call (+1-555) us"),
        ('<a href="mailto:a@b.example" data-x>write</a> us', "write (a@b.example) us"),
        ("<a href='/x'>there</a> <b>bold</b></a>", "there bold"),
        ("a <!-- not <a name='x'> this --> b", "a b"),
        ("{% data a_b.c_d %} and {{ e*f*g }}", "{% data a_b.c_d %} and {{ e*f*g }}"),
        ("\\*not\\* emphasis", "*not* emphasis"),
    ],
)
def test_marks_and_addresses_are_not_seen_but_words_are(source: str, text: str) -> None:
    assert EYES.see(source).text == text


def test_anchors_and_links_are_kept_aside() -> None:
    seen = EYES.see(
        '<a name="one"></a><a id=two></a> [x](/a/b.md?q#c) [terms] ![p](/i/q.png) <a href="/z/"><i>z</i></a>'
    )
    assert seen.anchors == ("one", "two")
    assert seen.links == ("b#c", "terms-of-service#scope", "q.png", "z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/old/terms.html", "/new/terms"),
        ("/terms/?from=mail", "https://b.example/terms"),
        ("#d-transparency", "#e-transparency"),
        ("#2-scope", "#scope"),
    ],
)
def test_an_address_that_moved_points_to_the_same_place(one: str, other: str) -> None:
    assert link_key(one) == link_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("/terms", "/privacy"), ("#a", "#b"), ("https://a.example", "https://b.example/")]
)
def test_another_document_is_another_place(one: str, other: str) -> None:
    assert link_key(one) != link_key(other)


def test_an_address_that_is_none_stands_for_itself() -> None:
    assert link_key("http://[x") == "http://[x"


@pytest.mark.parametrize("source", ["x" * (MOST_CHARACTERS + 1), "[" * 201])
def test_what_would_take_minutes_is_refused(source: str) -> None:
    with pytest.raises(TooTangled, match="divide it"):
        EYES.see(source)
