"""Files that are broken or mean harm: each gives a sentence that says where and what to do, never an error."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.errors import DomainError
from lms.exchange import packages, reading
from lms.exchange.sources import LARGEST, FileRefused
from tests.exchange.samples import fitted, items, package, qti21, sample

QUIZ = "<quiz><question type='truefalse'/></quiz>"


def refused(content: bytes | str, filename: str = "") -> str:
    with pytest.raises(FileRefused) as caught:
        reading.read(content.encode() if isinstance(content, str) else content, filename)
    assert isinstance(caught.value, DomainError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"  \n\n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"One {T}\nGr\xfc\xdfe {T}", "Line 2 is not UTF-8 text. Save the file as UTF-8"),
        (b"<?xml version='1.0' encoding='utf-8'?>\n<quiz>\n\xff</quiz>", "Line 3 is not UTF-8"),
        (b"<?xml version='1.0' encoding='x-none'?>\n<quiz/>", "is not X-NONE text"),
        (b"One {T}\nTwo\0 {T}", "NUL character in line 2"),
        (b"<quiz>\0</quiz>", "NUL character in line 1"),
        (b"Nothing that is a question.", "none of the formats"),
        (b"<html><body>Hello</body></html>", "begins with <html>"),
        (b"<questestinterop/>", "QTI 1.2, which is not read here"),
        (b"<quiz>", "XML:1 cannot be read as XML"),
        (b"<quiz>\n<question>\n</quiz>", "XML:3 cannot be read as XML"),
        (b"<quiz/>", "no question in this file"),
        (b"<quiz>&xxe;</quiz>", "cannot be read as XML"),
        (b"// only a comment {}", "no question in this file"),
        (b"items:\n  - {id: a}\n", "YAML:2"),
        (b"items: [", "The quiz file cannot be read"),
        (b"PK\x03\x04 and nothing else", "damaged, or was cut off"),
        (b"\xff" * 50, "not UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    assert sentence in refused(content)


DTD = '<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">%s]>'


@pytest.mark.parametrize(
    "declared",
    [DTD % "", DTD % '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/q.dtd">'],
)
def test_a_document_type_is_refused_and_nothing_of_it_is_looked_up(declared: str) -> None:
    for before in ("", "<?xml version='1.0'?>\n", "<!-- a --> <?pi b?>"):
        assert "has a document type" in refused(f"{before}{declared}<quiz>&b;</quiz>")
    made = package({"a.xml": declared + "<assessmentItem/>"})
    assert "a.xml has a document type" in " ".join(fitted(made).lines[0].why)


def test_a_byte_order_mark_makes_no_difference() -> None:
    text = "::one:: Is it? {T}"
    for encoded in (text.encode("utf-8-sig"), text.encode("utf-16"), b"\xfe\xff" + text.encode("utf-16-be")):
        assert items(encoded, clause="speed")["one"].stem == "Is it?"
    xml = sample("moodle.xml").decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert items(b"\xff\xfe" + xml.encode("utf-16-le")).keys() == items(sample("moodle.xml")).keys()
    assert items(sample("moodle.xml").replace(b"\n", b"\r\n")).keys() == items(sample("moodle.xml")).keys()


def test_deep_xml_is_refused() -> None:
    assert "stand inside each other" in refused("<quiz>" + "<a>" * 220 + "</a>" * 220 + "</quiz>")


def test_a_line_of_five_megabytes_is_read_quickly() -> None:
    began = time.perf_counter()
    report = fitted(f"::one:: {'long ' * 1_000_000} {{T}}", clause="speed", filename="a.gift")
    assert report.lines
    assert time.perf_counter() - began < 10
    assert "larger than 10 MB" in refused(b"x" * (LARGEST + 1))
    assert "larger than 10 MB" in refused(b"PK\x03\x04" + b"x" * LARGEST)


def test_a_package_that_was_cut_off_is_refused_wherever_it_was() -> None:
    whole = qti21()
    for length in (5, 40, len(whole) // 2, len(whole) - 1):
        assert "damaged, or was cut off" in refused(whole[:length])
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        made.writestr("a.xml", "<assessmentItem/>")
    assert "damaged" in refused(stored.getvalue().replace(b"<assessmentItem/>", b"<assessmentItem>>"))


def test_a_package_that_grows_is_refused() -> None:
    bomb = package({f"{name}.xml": b" " * 2_000_000 for name in "ab"})
    assert len(bomb) < 10_000
    assert "much larger than a package of questions should be" in refused(bomb)


def test_a_package_of_very_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_ENTRIES", 2)
    assert "more than 2 files" in refused(package(dict.fromkeys(("a.xml", "b.xml", "c.xml"), b"<a/>")))


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "items\\..\\..\\a.xml", "C:/a.xml", "a/../../b.xml"])
def test_a_name_that_leads_out_of_the_package_is_refused(name: str) -> None:
    assert "leads out of it" in refused(package({name: b"<a/>"}))


def test_a_package_says_a_name_once_and_is_not_encrypted() -> None:
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr("a.xml", "<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.xml", "<b/>")
    assert "Two files in the package are called “a.xml”" in refused(twice.getvalue())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a.xml", "<a/>")
    assert "packed in a rare way" in refused(packed.getvalue())


def test_a_package_without_items_is_told() -> None:
    assert "no question" in refused(package({}))
    nameless = io.BytesIO()
    with zipfile.ZipFile(nameless, "w") as made:
        made.writestr("a", "x")
        made.filelist[0].filename = ""
    assert "no question" in refused(nameless.getvalue())
    assert "no question" in refused(package({"readme.txt": b"x", "folder/": b""}))
    assert "QTI 1.2" in refused(package({"a.xml": b"<questestinterop/>"}))


def test_too_many_questions_are_refused() -> None:
    assert "more than 1000 questions" in refused("A? {T}\n\n" * 1001)


def test_a_name_of_a_file_is_only_a_hint() -> None:
    assert reading.read(b"Which? {=a ~b}", "a.csv")[0].value == "GIFT"
    assert reading.read(b"::a:: What is <b>? {T}", "a.gift")[0].value == "GIFT"
    assert reading.read(b"Just a text", "a.txt")[0].value == "GIFT"
    assert reading.read(QUIZ.encode(), "a.zip")[0].value == "Moodle XML"


TOKENS = (
    b"{",
    b"}",
    b"=",
    b"~",
    b"#",
    b"->",
    b"<",
    b">",
    b"&",
    b'"',
    b"\\",
    b"\n",
    b"1e99",
    b"NaN",
    b"|",
    b"</p>",
    b"",
)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(("bank.gift", "moodle.xml", "qti30/late.xml", "qti21/match.xml", "package")),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(TOKENS)), min_size=1, max_size=4),
)
def test_a_file_that_was_damaged_anywhere_is_told_or_read(name: str, changes: list[tuple[float, int, bytes]]) -> None:
    content = qti21() if name == "package" else sample(name)
    for where, length, token in changes:
        at = int(where * len(content))
        content = content[:at] + token + content[at + length :]
    try:
        report = fitted(content, clause="speed")
    except FileRefused as said:
        assert str(said)
    else:
        assert all(line.item or line.why for line in report.lines)
