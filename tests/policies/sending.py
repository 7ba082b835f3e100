"""Pia judges a draft and sends it for approval; and somebody changes rows without asking any action."""

from lms.extensions import db, writing
from lms.policies.actions import decide, propose
from tests.policies.conftest import NOW


def judge(version_id, cast, *clauses):
    for clause in clauses or ("speed", "records", "fax"):
        decide(version_id, clause, verdict="material", reason="It is another rule.", by=cast.pia, now=NOW)


def send(version_id, cast, *, effective_at=None):
    propose(version_id, effective_at=effective_at, reason="Answers took too long.", by=cast.pia, now=NOW)


@writing()
def change_rows(statement):
    db.session.execute(statement)
    db.session.commit()
