"""Hashes, slugs and date stamps."""

import pytest

from lms.domain.policies import Block
from lms.library.normalising import is_stamp, links_hash, slug, text_hash, title_hash


def block(words: str) -> Block:
    return Block(kind="paragraph", source=words, words=words)


@pytest.mark.parametrize(
    "shown",
    [
        "Last updated: March 4, 2021",
        "Last updated on 4 March 2021.",
        "last modified on: {% last_modified_at %}",
        "Updated 2021-03-04",
        "Effective date: Friday, 1st of May 2024",
        "Effective 1 May 2024",
        "Effective as of Sept. 3, 2024 at 10:00 am UTC",
        "Revision date 3/4/2021",
        "Recent document history (since 2020-02-05)",
        "Much older document history (before 2020-02-05)",
        "Document history",
    ],
)
def test_a_line_that_only_dates_the_document_is_a_stamp(shown: str) -> None:
    assert is_stamp(shown)


@pytest.mark.parametrize(
    "shown",
    [
        "Effective dates are checked by the legal desk.",
        "Last updated: whenever we feel like it",
        "Effective 1 May 2024 you must tell the person.",
        "Updated",
        "Effective on Monday",
        "Answer by 1 May 2024",
        "Keep the document history for 90 days.",
        "Last updated " + "1 " * 200,
    ],
)
def test_a_rule_that_begins_so_is_none(shown: str) -> None:
    assert not is_stamp(shown)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("7. Privacy", "privacy"),
        ("B. What About Forks? (or What's a Fork?)", "what-about-forks-or-whats-a-fork"),
        ("Überprüfung & Löschung", "uberprufung-loschung"),
        ("使用 限制", "clause"),
        ("Straße 2", "strasse-2"),
        ("???", "clause"),
        ("a" * 80, "a" * 60),
        ("one " * 30, "-".join(["one"] * 15)),
    ],
)
def test_a_slug_is_made_of_the_heading_without_its_number(title: str, made: str) -> None:
    assert slug(title) == made


def test_the_text_hash_knows_neither_blocks_nor_stamps() -> None:
    assert text_hash([block("a b"), block(""), block("c")]) == text_hash([block("a"), block("b c")])
    assert text_hash([block("a b")]) != text_hash([block("b a")])


def test_the_title_hash_knows_no_number() -> None:
    assert title_hash("7. Privacy") == title_hash("8. PRIVACY!")
    assert title_hash("Privacy") != title_hash("Secrecy")


def test_the_links_hash_knows_the_order() -> None:
    assert links_hash(["a", "b"]) != links_hash(["b", "a"])
