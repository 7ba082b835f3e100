"""HTML of other systems as our Markdown, or as plain words; names of theirs as ids of ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from lms.exchange import markup
from lms.exchange.naming import id_of, ids_of, letters
from lms.library.html import render
from tests.exchange.made import ODD


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("<p>One.</p><p>Two<br>lines.</p>", "One.\n\nTwo  \nlines."),
        ("a <b>b </b>c <i></i><em>d</em>", "a **b** c *d*"),
        ("<b>a <i>b</i></b></i>", "**a *b***"),
        ("<ul><li>a<li>b</ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol>", "1. a\n    - b\n2. c\n\n    d"),
        ("<li>a</li>", "a"),
        ("<blockquote>a<br>b</blockquote>c", "> a  \n> b\n\nc"),
        ("<h2>Title</h2>text", "**Title**\n\ntext"),
        ("<pre>a\n  b</pre>", "~~~\na\n  b\n~~~"),
        ("<pre>a<br>b</pre><pre>\n</pre>", "~~~\na\nb\n~~~"),
        ("<code>a*b</code> <code>a`b</code> <code>``</code>", "`a*b` ``a`b`` ``"),
        ('<a href="https://example.org/a b">x</a>', "[x](https://example.org/a%20b)"),
        ('<a href="/local">x</a> <a>y</a>', "x y"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="http://[">x</a>', "x"),
        ("<script>alert(1)</script><style>b{}</style>a", "a"),
        ("a &lt;b&gt; &amp;amp; 1 * 2_3 _x", "a &lt;b> &amp;amp; 1 \\* 2_3 \\_x"),
        ("<p>1. One</p><p># Two</p><p>- a</p><p>| b</p>", "1\\. One\n\n\\# Two\n\n\\- a\n\n&#124; b"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_html_becomes_markdown(source: str, markdown: str) -> None:
    assert markup.of_html(source).text == markdown


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("<p>One.</p><p>Two<br>lines.</p>", "One.\nTwo\nlines."),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<h2>a*b</h2><pre>c\nd</pre>", "a*b\nc\nd"),
        ("<blockquote>a</blockquote>", "> a"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    ],
)
def test_html_becomes_plain_words(source: str, plain: str) -> None:
    assert markup.of_html(source, is_plain=True).text == plain


def test_what_is_lost_is_known() -> None:
    assert markup.of_html("<img src='a.png'>").has_media
    assert markup.of_html("10<sup>3</sup>").is_less
    assert markup.of_html("<b>x</b>", is_plain=True).is_less
    assert markup.of_html('<a href="/local">x</a>').is_less
    assert not markup.of_html("<b>x</b> <a>y</a>").is_less


def test_a_text_that_does_not_say_what_it_is_is_html_when_it_looks_so() -> None:
    assert markup.of_unsure("a <b>b</b>").text == "a **b**"
    assert markup.of_unsure("a < b\nand c").text == "a < b  \nand c"


@settings(max_examples=60, deadline=None)
@given(st.text(ODD + "\n1.) ", max_size=40))
def test_plain_words_show_as_they_are(text: str) -> None:
    shown = html.fragment_fromstring(render(markup.of_plain(text).text), create_parent="div").text_content()
    assert shown.split() == text.split()


def test_a_name_becomes_an_id() -> None:
    assert id_of("q-1") == "q-1"
    assert id_of("_1a") == "1a"
    assert id_of("Überfall’s Größe") == "uberfalls-große".replace("ß", "ss")
    assert id_of("你好", other="x") == "x"
    assert id_of("long " * 30) == "-".join(["long"] * 9)
    assert id_of("x" * 80) == "x" * 48
    assert ids_of(["A", "a", "?"]) == ("a", "a-2", "c")
    assert letters(28)[25:] == ("z", "aa", "ab")
