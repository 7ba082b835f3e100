"""Whatever is changed behind the application's back is found: each part of a whole record is tampered with in turn.

A tampering happens in a transaction that is never committed, with the triggers out of the way, as an attacker would.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from lms import clock
from lms.app import create_app
from lms.extensions import db, writing
from lms.models import (
    Attempt,
    AttemptItem,
    AttemptState,
    Attestation,
    ClauseRow,
    Evidence,
    EvidenceClause,
    IdentitySnapshot,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Person,
    Policy,
    Response,
    Spell,
    SpellEnd,
    SpellKind,
    Version,
    VersionClause,
)
from lms.models.proof import canonical, leaf_of
from lms.training import attesting
from lms.verifying import CHECKS, run, verify
from lms.verifying.database import schema
from tests.cast import Cast
from tests.conftest import ENGINES, _administer, _database_of, settings_for
from tests.training.make import FIRST, HOUR, MINUTE, Shelf, fail, prove, second, simple

Tampering = Callable[["Story"], None]


@dataclass(frozen=True)
class Story:
    """What was built: one policy with two versions, a failed and a passed attempt, another policy that is signed."""

    cast: Cast
    failed: int
    """An attempt of Ada's."""
    passed: int
    """Its retake."""
    attested: int
    """Evidence of Sam's."""

    @property
    def evidence(self) -> int:
        return db.session.scalars(select(Evidence.id).where(Evidence.attempt_id == self.passed)).one()


@pytest.fixture(scope="module", params=ENGINES)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A database with a whole story in it; made once for each engine, because nobody ever commits to it."""
    name = ""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("verifying") / "muster.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"muster_{uuid.uuid4().hex}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgresql_template')}")
        url = _database_of(server, name)
    with create_app(settings_for(url)).app_context():
        yield told(tmp_path_factory.mktemp("shelf"))
        db.session.remove()
        db.engine.dispose()
    if name:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def told(root: Path) -> Story:
    cast = Cast.of_database()
    now = clock.now()
    shelf = simple(root / "quiz", ago=timedelta(days=2))
    failed = fail(cast.ada, at=now - 5 * HOUR)
    passed = prove(cast.ada, at=now - 4 * HOUR)
    second(shelf, ago=2 * HOUR)
    prove(cast.ada, at=now - HOUR)
    signed = Shelf(root / "sign", slug="confidentiality", title="Confidentiality", proof="attest", audience="everybody")
    signed.version({"screens": FIRST["genuine"], "press": FIRST["notice"]}, ago=timedelta(days=2)).publish()
    attested = attesting.attest(cast.sam, "confidentiality", now=now - MINUTE)
    assert attested is not None
    return Story(cast, failed, passed, attested)


def findings(story: Story, tamper: Tampering, *tables: str) -> list[str]:
    """What is found after a tampering that is then undone."""
    with writing():
        _without_guards(tables)
        tamper(story)
        db.session.flush()
        found = [finding for check in CHECKS if check is not schema for finding in run(check)]
    return [finding for finding in found if not finding.startswith("The guard")]


def _without_guards(tables: tuple[str, ...]) -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        for table in tables:
            for name in db.session.scalars(query, {"table": table}).all():
                db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def change(table: Any, row: Any, **values: Any) -> None:
    done = db.session.execute(update(table.__table__).where(row).values(**values))
    assert done.rowcount


def body_of(evidence_id: int) -> dict[str, Any]:
    return dict(json.loads(db.session.scalars(select(Evidence.body).where(Evidence.id == evidence_id)).one()))


FIRST_VERSION = Version.id == select(func.min(Version.id)).scalar_subquery()
A_CLAUSE = VersionClause.id == select(func.min(VersionClause.id)).scalar_subquery()
QUIZ_POLICY = select(Policy.id).where(Policy.slug == "legal-requests").scalar_subquery()
ANOTHER_KEY = {"keys": ["b"], "feedback": {}, "right_until": {}, "cites_key": None, "cites_others": []}


def version(**values: Any) -> Tampering:
    return lambda story: change(Version, FIRST_VERSION, **values)


def clause(**values: Any) -> Tampering:
    return lambda story: change(VersionClause, A_CLAUSE, **values)


def passed(**values: Any) -> Tampering:
    return lambda story: change(Evidence, Evidence.id == story.evidence, **values)


def attested(**values: Any) -> Tampering:
    return lambda story: change(Evidence, Evidence.id == story.attested, **values)


def failed_attempt(**values: Any) -> Tampering:
    return lambda story: change(Attempt, Attempt.id == story.failed, **values)


def passed_attempt(**values: Any) -> Tampering:
    return lambda story: change(Attempt, Attempt.id == story.passed, **values)


def answer(*, was_right: bool, options: list[str]) -> Tampering:
    return lambda story: change(Response, a_response(story, was_right=was_right), options=options)


def forged(**fields: Any) -> Tampering:
    """A body that is canonical and has its leaf."""

    def forge(story: Story) -> None:
        body = canonical(body_of(story.evidence) | fields)
        change(Evidence, Evidence.id == story.evidence, body=body, leaf=leaf_of(body))

    return forge


def _another_body(story: Story) -> None:
    change(Evidence, Evidence.id == story.evidence, body=canonical(body_of(story.evidence) | {"score": 1}))


def _another_person(story: Story) -> None:
    change(Evidence, Evidence.id == story.evidence, person_id=story.cast.sam)


def a_response(story: Story, *, was_right: bool) -> Any:
    """Where a response to the retake, or to the failed attempt, stands."""
    attempt = story.passed if was_right else story.failed
    wrong = Response.item_id.in_(
        select(ItemRevision.id).where(ItemRevision.slug.startswith("notice" if not was_right else ""))
    )
    item = db.session.scalars(select(Response.item_id).where(Response.attempt_id == attempt, wrong)).first()
    return (Response.attempt_id == attempt) & (Response.item_id == item)


def _second_open_attempt(story: Story) -> None:
    db.session.execute(text("DROP INDEX uq_attempts_one_open"))
    for number in (51, 52):
        row = dict(db.session.execute(select(Attempt.__table__).where(Attempt.id == story.failed)).one()._mapping)
        del row["id"]
        db.session.execute(insert(Attempt.__table__), [row | {"state": AttemptState.OPEN, "number": number}])


def _second_spell(story: Story) -> None:
    spell = db.session.execute(
        select(Spell.__table__).where(Spell.person_id == story.cast.ada, Spell.kind == SpellKind.QUEUE)
    ).first()
    assert spell is not None
    row = dict(spell._mapping)
    del row["id"]
    db.session.execute(insert(Spell.__table__), [row])


def _other_bytes(story: Story) -> None:
    body = body_of(story.evidence)
    change(Evidence, Evidence.id == story.evidence, body=json.dumps(body, indent=1).encode())


TAMPERINGS: list[tuple[str, tuple[str, ...], Tampering, str]] = [
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
    (
        "the body of evidence",
        ("evidence",),
        _another_body,
        "its leaf is not the hash of its body",
    ),
    ("the leaf of evidence", ("evidence",), passed(leaf="0" * 64), "its leaf is not the hash"),
    ("a body in other bytes", ("evidence",), _other_bytes, "its body is not canonical"),
    ("a body that is none", ("evidence",), passed(body=b"\xff"), "its body is not canonical"),
    ("a body that is a number", ("evidence",), passed(body=b"1"), "its body is not canonical"),
    ("a forged score", ("evidence",), forged(score=1), "its body says another score than the row"),
    ("a forged person", ("evidence",), forged(subject="x"), "its body says another subject than the row"),
    ("a forged statement", ("evidence",), forged(attestation="yes"), "its body has other words than were signed"),
    ("forged answers", ("evidence",), forged(answers_commit="0" * 64), "are not those that its evidence was given for"),
    ("when it was won", ("evidence",), passed(occurred_at=clock.now()), "another occurred at than the row"),
    ("how it was won", ("evidence",), passed(kind="imported"), "it was imported, which does not go with an attempt"),
    (
        "how it was signed",
        ("evidence",),
        attested(kind="imported"),
        "it was imported, which does not go with a signature",
    ),
    ("whose it is", ("evidence",), _another_person, "is of another person or version"),
    ("its policy", ("evidence",), attested(policy_id=QUIZ_POLICY), "it names a version of another policy"),
    (
        "a clause it pins",
        ("evidence_clauses",),
        lambda story: db.session.execute(delete(EvidenceClause.__table__)),
        "its body says another clauses than the row",
    ),
    (
        "the wording it pins",
        ("evidence_clauses",),
        lambda story: change(EvidenceClause, EvidenceClause.evidence_id == story.attested, text_hash="0" * 64),
        "never stood in the policy as it says",
    ),
    (
        "evidence that is gone",
        ("evidence", "evidence_clauses"),
        lambda story: db.session.execute(delete(Evidence.__table__).where(Evidence.id == story.attested)),
        "has 0 records of evidence instead of one",
    ),
    (
        "the words that were signed",
        ("attestations",),
        lambda story: change(Attestation, Attestation.id > 0, words="I saw it."),
        "its body has other words than were signed",
    ),
    (
        "who signed",
        ("attestations",),
        lambda story: change(Attestation, Attestation.attempt_id.is_(None), person_id=story.cast.ada),
        "its signature is of another person",
    ),
    ("a score", ("attempts",), failed_attempt(points=800), "has the score 800 of"),
    ("a fail that became a pass", ("attempts",), failed_attempt(is_passed=True), "(passed: False)"),
    ("a pass that became a fail", ("attempts",), passed_attempt(is_passed=False), "was signed and is not passed"),
    ("a right answer", ("responses",), answer(was_right=True, options=["b"]), "its answers are worth"),
    (
        "a wrong answer",
        ("responses",),
        answer(was_right=False, options=["c"]),
        "are not those that its evidence was given for",
    ),
    (
        "an answer that was not offered",
        ("responses",),
        answer(was_right=True, options=["z"]),
        "holds an answer that was never offered",
    ),
    (
        "items that are gone",
        ("attempt_items", "responses"),
        lambda story: db.session.execute(delete(AttemptItem.__table__)),
        "asks nothing",
    ),
    ("a number", ("attempts",), passed_attempt(number=9), "the attempts are not numbered 1 to 3"),
    ("a second open attempt", ("attempts",), _second_open_attempt, "2 attempts are open at once"),
    (
        "who somebody was",
        (),
        lambda story: change(IdentitySnapshot, IdentitySnapshot.person_id == story.cast.ada, identity={"name": "Eve"}),
        "is not the one that evidence names",
    ),
    ("a second spell", ("spells",), _second_spell, "is in the same queue twice at once"),
]


def test_a_record_that_nobody_touched_is_whole(story: Story) -> None:
    assert verify() == []


@pytest.mark.parametrize(
    ("tables", "tamper", "words"), [row[1:] for row in TAMPERINGS], ids=[row[0] for row in TAMPERINGS]
)
def test_what_was_changed_is_found(story: Story, tables: tuple[str, ...], tamper: Tampering, words: str) -> None:
    found = findings(story, tamper, *tables)
    assert any(words in finding for finding in found), found


def test_undoing_a_tampering_leaves_the_record_whole(story: Story) -> None:
    """Keeps the tests above honest: none of them left anything behind."""
    assert verify() == []


def test_what_is_erased_by_right_is_no_finding(story: Story) -> None:
    def erase(story: Story) -> None:
        db.session.execute(delete(IdentitySnapshot.__table__))
        db.session.execute(text("DELETE FROM answer_salts"))
        db.session.execute(text("DELETE FROM identities"))

    assert findings(story, erase) == []


def test_spells_that_follow_each_other_or_were_called_off_do_not_overlap(story: Story) -> None:
    def go_on(story: Story) -> None:
        mine = db.session.execute(
            select(Spell.__table__).where(Spell.person_id == story.cast.sam, Spell.kind == SpellKind.QUEUE)
        ).first()
        assert mine is not None
        row, now = dict(mine._mapping), clock.now()
        ended = {"reason": "", "recorded_at": now, "recorded_by": story.cast.sam}
        db.session.execute(insert(SpellEnd.__table__), [ended | {"spell_id": row.pop("id"), "end_at": now}])
        for start, end in ((now, now), (now, None), (now - HOUR, now - HOUR)):
            db.session.add(spell := Spell(**row | {"start_at": start}))
            db.session.flush()
            if end:
                db.session.execute(insert(SpellEnd.__table__), [ended | {"spell_id": spell.id, "end_at": end}])

    assert findings(story, go_on) == []


def test_a_guard_that_is_lost_is_named(story: Story) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    with writing():
        db.session.execute(text(f"DROP TRIGGER guard_evidence_update{'' if is_sqlite else ' ON evidence'}"))
        found = [finding for check in CHECKS if check is not schema for finding in run(check)]
    assert found == ["The guard guard_evidence_update is missing: what it keeps may have been changed."]


def test_a_row_that_refers_to_nothing_is_found_on_sqlite(story: Story) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets nobody, its owner aside, do this")
    found = findings(story, lambda story: db.session.execute(delete(ClauseRow.__table__)), "clauses")
    assert any("refers to a row of clauses that is not there" in finding for finding in found)


def test_a_damaged_file_is_found_on_sqlite(story: Story) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a matter of SQLite's file")

    def damage(story: Story) -> None:
        db.session.execute(text("PRAGMA ignore_check_constraints=ON"))
        db.session.execute(text("UPDATE persons SET kind = 'ghost' WHERE id = 1"))
        db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))

    assert any("The database file is damaged" in finding for finding in findings(story, damage, "persons"))


def test_a_schema_of_another_release_is_found(story: Story) -> None:
    with writing():
        before = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    try:
        assert run(schema) == ["The schema is not that of this release. Run: muster init"]
    finally:
        with writing():
            db.session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
            db.session.commit()


def test_a_check_that_stumbles_is_a_finding(story: Story) -> None:
    def names_and_ages() -> list[str]:
        raise LookupError("nothing like it")

    assert run(names_and_ages) == ["The check of names and ages came to no end (LookupError: nothing like it)."]


def test_persons_are_only_read(story: Story) -> None:
    """Verifying never writes: it runs in a read-only transaction."""
    before = db.session.scalar(select(func.count()).select_from(Person))
    assert verify() == []
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
