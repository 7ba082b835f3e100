"""Markdown becomes HTML that can do no harm in a page, and keeps what authors need."""

import re
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.library.html import is_tangled, render

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<template><script>alert(1)</script></template>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#x0;javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](http://tracker.example/p.gif)",
    "![x](/media/../admin.png)",
    "![x](/media/p/other.svg)",
    "![x][1]\n\n[1]: //tracker.example/p.gif",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "<form action=//e><input name=password></form>",
    "<style>*{display:none}</style>",
    "<base href=//e>",
    "<meta http-equiv=refresh content='0;url=//e'>",
    "<link rel=stylesheet href=//e>",
    "<iframe src=//e></iframe>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!-- unclosed <img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<b\nonclick=alert(1)>x</b>",
    '[x](http://a"onmouseover="alert(1))',
    '![x"onerror="alert(1)](/media/a.png)',
    "`<script>`{: onclick=alert(1)}",
    '## x {onclick="alert(1)" #a"b}',
    "\x02wzxhzdk:0\x03<script>\x02",
    "```html onclick=x\n<script>alert(1)</script>\n```",
    "a | b\n- | -\n<script> | <img src=x onerror=y>\n",
    "> - <script>\n>   <!-- -->",
    "Term <b onx=y>\n: <script>",
]
ALLOWED = "a abbr blockquote br code dd del dl dt em h[1-6] hr img li ol p pre strong table tbody td th thead tr ul"
DANGEROUS = re.compile(rf"<(?!/?(?:{ALLOWED.replace(' ', '|')})[ >])")


def assert_harmless(html: str) -> None:
    assert not DANGEROUS.search(html), html
    for tag in re.findall(r"<[^>]*>", html):
        without_values = re.sub(r'"[^"]*"', '""', tag)
        assert not re.search(r"\son\w+=|style=|class=|name=|target=", without_values), tag
        for address in re.findall(r'(?:href|src)="([^"]*)"', tag):
            assert re.match(r"https?:|mailto:|#|(?![a-z]+:)(?![/\\]{2})", address), tag
            assert not tag.startswith("<img"), tag
        for name in re.findall(r'\bid="([^"]*)"', tag):
            assert name.startswith("text-"), tag


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_harmful_comes_through(payload: str) -> None:
    for text in (payload, f"a *{payload}* b", f"- {payload}\n", f"> {payload}\n", f"{payload}\n\n{payload}"):
        assert_harmless(render(text))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from([*PAYLOADS, *"<>\"'`*_[](){}#!&;:\\\n\t -", "\n\n", "href=", "onx=", "javascript:", "{: #id}"]),
        max_size=12,
    ).map("".join)
)
def test_nothing_harmful_comes_through_whatever_is_put_together(text: str) -> None:
    assert_harmless(render(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "Some *emphasis*, **more** and `code`.",
            "<p>Some <em>emphasis</em>, <strong>more</strong> and <code>code</code>.</p>",
        ),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("{{7*7}} {% x %} ${y} <%= z %>", "<p>{{7*7}} {% x %} ${y} &lt;%= z %&gt;</p>"),
        (
            '[x](https://a.example/?b=c&d "T")',
            '<p><a href="https://a.example/?b=c&amp;d" title="T" rel="noopener noreferrer">x</a></p>',
        ),
        ("[x](mailto:a@b.example)", '<p><a href="mailto:a@b.example" rel="noopener noreferrer">x</a></p>'),
        ("[x](/policies/a)", '<p><a href="/policies/a" rel="noopener noreferrer">x</a></p>'),
        ("[x](#notice)", '<p><a href="#text-notice" rel="noopener noreferrer">x</a></p>'),
        ("[x](//evil.example)", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("![A map](/media/a.png)", "<p><em>A map</em></p>"),
        ("![A map](http://t.example/a.png)", "<p><em>A map</em></p>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"),
        ("```python\n<a>\n```", "<pre><code>&lt;a&gt;\n</code></pre>"),
        ("## A\n\n### B\n\n##### C", "<h2>A</h2>\n<h3>B</h3>\n<h5>C</h5>"),
        ("Not {#an-id} here", "<p>Not {#an-id} here</p>"),
        ("## Not {{7*7}}", "<h2>Not {{7*7}}</h2>"),
        ('## A {#forms queues="a b"}', '<h2 id="text-forms">A</h2>'),
        ('## *A* {teaches="a"}', "<h2><em>A</em></h2>"),
        ("A {: #b}\n===", '<h2 id="text-b">A</h2>'),
        ("## &nbsp;", "<h2>&nbsp;</h2>"),
        ("", ""),
    ],
)
def test_authors_get_what_they_wrote(text: str, html: str) -> None:
    assert render(text).strip() == html


def test_tables_are_aligned_without_styles() -> None:
    html = render("a | b\n:- | -:\n1 | 2\n")
    assert '<th align="left">a</th>' in html
    assert '<td align="right">2</td>' in html
    assert "style" not in html


def test_a_page_says_where_headings_begin_and_how_ids_do() -> None:
    text = "# A {#a}\n\n## B\n\n[c](#a)"
    html = render(text, prefix="v2-", top_level=5)
    assert html == ('<h5 id="v2-a">A</h5>\n<h6>B</h6>\n<p><a href="#v2-a" rel="noopener noreferrer">c</a></p>')
    assert "<h6>C</h6>" in render("# A\n\n### C", top_level=5)


TANGLED = [
    ">" * 50_000,
    "> " * 30,
    "- " * 50_000,
    "1. " * 100,
    "[" * 50_000,
    "![](" * 10_000,
    "[a](" * 30,
    "\n".join(" " * 4 * depth + "- a" for depth in range(1500)),
    "# a\n" * 10_000,
    "a\n: b\n" * 10_000,
    "a" * 70_000,
]


@pytest.mark.parametrize("text", TANGLED)
def test_what_would_take_too_long_is_shown_as_typed(text: str) -> None:
    start = time.process_time()
    assert is_tangled(text)
    assert render(text).startswith("<pre>")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "text", ["*a " * 15_000, "`" * 50_000, "<" * 50_000, "|".join("a" * 20_000), "a\n\n" * 15_000, "[a](b) " * 5_000]
)
def test_what_is_only_strange_is_shown_soon(text: str) -> None:
    start = time.process_time()
    assert_harmless(render(text))
    assert time.process_time() - start < 5  # a second on a machine of its own


def test_what_is_nested_in_a_way_nobody_thought_of_is_shown_as_typed() -> None:
    limit, depth = sys.getrecursionlimit(), 0
    frame = sys._getframe()
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    text = "\n".join(" " * 4 * level + "- a" for level in range(19))
    try:
        sys.setrecursionlimit(depth + 60)
        html = render(text)
    finally:
        sys.setrecursionlimit(limit)
    assert html == f"<pre>{text}</pre>\n"
