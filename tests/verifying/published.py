"""Tamperings with what was published: the text, the rules, the lessons, the questions and the clauses of a version."""

from typing import Any

from sqlalchemy import delete, func, select

from lms.extensions import db
from lms.models import ItemKey, ItemRevision, LessonRevision, Version, VersionClause
from tests.verifying.story import Case, Tampering, change

FIRST_VERSION = Version.id == select(func.min(Version.id)).scalar_subquery()
A_CLAUSE = VersionClause.id == select(func.min(VersionClause.id)).scalar_subquery()
ANOTHER_KEY = {"keys": ["b"], "feedback": {}, "right_until": {}, "cites_key": None, "cites_others": []}


def version(**values: Any) -> Tampering:
    return lambda story: change(Version, FIRST_VERSION, **values)


def clause(**values: Any) -> Tampering:
    return lambda story: change(VersionClause, A_CLAUSE, **values)


TAMPERINGS: list[Case] = [
    (
        "the text of a published version",
        ("versions",),
        version(text=func.replace(Version.text, "subpoena", "letter")),
        "Version 1 of legal-requests is not what was published",
    ),
    (
        "a text that cannot be read",
        ("versions",),
        version(text="## A {#a}\n\nx\n\n## B {#a}\n\ny\n"),
        "its text cannot be read any more",
    ),
    (
        "the rules of a quiz",
        ("versions",),
        version(quiz={"pass_mark": 10}),
        "Version 1 of legal-requests is not what was published",
    ),
    (
        "rules that are none",
        ("versions",),
        version(quiz={"pas_mark": 10}),
        "Version 1 of legal-requests is not what was published",
    ),
    (
        "the digest of a version",
        ("versions",),
        version(digest="0" * 64),
        "Version 1 of legal-requests is not what was published",
    ),
    (
        "the text of a lesson",
        ("lesson_revisions",),
        lambda story: change(LessonRevision, LessonRevision.id > 0, body={"slug": "10-papers"}),
        "A revision of the lesson 10-papers is not",
    ),
    (
        "the words of a question",
        ("item_revisions",),
        lambda story: change(ItemRevision, ItemRevision.slug == "genuine-1", question={"stem": "Easy"}),
        "A revision of the item genuine-1 is not",
    ),
    (
        "the key of a question",
        ("item_keys",),
        lambda story: change(ItemKey, ItemKey.item_id > 0, key=ANOTHER_KEY),
        "A revision of the item kinds-1 is not",
    ),
    (
        "a key that is gone",
        ("item_keys",),
        lambda story: db.session.execute(delete(ItemKey.__table__)),
        "A revision of the item kinds-1 has lost its key",
    ),
    (
        "the hash of a clause",
        ("version_clauses",),
        clause(text_hash="0" * 64),
        "is not the text that its hash names",
    ),
    (
        "the text of a clause",
        ("version_clauses",),
        clause(source="Something else."),
        "is not the text that its hash names",
    ),
    (
        "the heading of a clause",
        ("version_clauses",),
        clause(title="Something else"),
        "is not the one that its hash names",
    ),
    (
        "the links of a clause",
        ("version_clauses",),
        clause(links_hash="0" * 64),
        "are not those that its hash names",
    ),
    (
        "a clause that is gone",
        ("version_clauses",),
        lambda story: db.session.execute(delete(VersionClause.__table__).where(A_CLAUSE)),
        "never stood in the policy as it says",
    ),
]
