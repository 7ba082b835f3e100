"""What the report of everybody reads quickly: sets of clauses that evidence shares, and whose records were added to."""

import hashlib
import json
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 5000
OF_SPELL = "(SELECT {0} FROM spells WHERE id = NEW.spell_id)"
OF_EVIDENCE = "(SELECT {0} FROM evidence WHERE id = NEW.evidence_id)"
OF_REFRESHER = "(SELECT {0} FROM refreshers WHERE id = NEW.refresher_id)"
WHOSE = {
    "spells": ("NEW.person_id", "NEW.policy_id"),
    "spell_ends": (OF_SPELL.format("person_id"), OF_SPELL.format("policy_id")),
    "identities": ("NEW.person_id", "NULL"),
    "evidence": ("NEW.person_id", "NEW.policy_id"),
    "revocations": (OF_EVIDENCE.format("person_id"), OF_EVIDENCE.format("policy_id")),
    "acknowledgements": ("NEW.person_id", "(SELECT policy_id FROM versions WHERE id = NEW.version_id)"),
    "due_decisions": ("NEW.person_id", "NEW.policy_id"),
    "refreshers": ("NEW.person_id", "NEW.policy_id"),
    "refresher_ends": (OF_REFRESHER.format("person_id"), OF_REFRESHER.format("policy_id")),
    "policies": ("NULL", "NEW.id"),
    "versions": ("NULL", "NEW.policy_id"),
    "requirement_settings": ("NULL", "NEW.policy_id"),
}
"""Table to the person (none: everybody) and the policy (none: all of them) that a new row is about."""
CHANGED = ("identities", "policies", "versions")
"""Rows of these are updated as well …"""
ERASED = ("identities",)
"""… and rows of these deleted."""


def upgrade() -> None:
    _sets()
    _touches()


def _sets() -> None:
    op.create_table(
        "clause_sets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_clause_sets_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_sets")),
        sa.UniqueConstraint("version_id", "digest", name=op.f("uq_clause_sets_version_id_digest")),
    )
    op.add_column("evidence", sa.Column("clause_set_id", KEY, nullable=True))
    _fill()
    for event in ("UPDATE", "DELETE"):
        _guard(event)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE TRIGGER guard_clause_sets_truncate BEFORE TRUNCATE ON clause_sets "
            "EXECUTE FUNCTION muster_refuse('clause_sets is never emptied')"
        )


def _guard(event: str) -> None:
    name, message = f"guard_clause_sets_{event.lower()}", "clause_sets is append-only"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON clause_sets BEGIN SELECT RAISE(ABORT, '{message}'); END")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON clause_sets FOR EACH ROW EXECUTE FUNCTION muster_refuse('{message}')"
        )


def _fill() -> None:
    """Evidence that is there gets its set; only for this the guard steps aside."""
    bind = op.get_bind()
    guard = None
    if bind.dialect.name == "sqlite":
        guard = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'guard_evidence_update'").scalar()
        op.execute("DROP TRIGGER guard_evidence_update")
    else:
        op.execute("ALTER TABLE evidence DISABLE TRIGGER guard_evidence_update")
    known: dict[tuple[int, str], int] = {}
    after = 0
    while rows := bind.execute(
        sa.text("SELECT id, version_id FROM evidence WHERE id > :after ORDER BY id LIMIT :most"),
        {"after": after, "most": AT_ONCE},
    ).all():
        after = _fill_some(bind, rows, known)
    op.execute(guard or "ALTER TABLE evidence ENABLE TRIGGER guard_evidence_update")


def _fill_some(bind: sa.Connection, rows: list, known: dict[tuple[int, str], int]) -> int:
    clauses = defaultdict(list)
    for evidence, clause in bind.execute(
        sa.text("SELECT evidence_id, clause_id FROM evidence_clauses WHERE evidence_id BETWEEN :first AND :last"),
        {"first": rows[0].id, "last": rows[-1].id},
    ):
        clauses[evidence].append(clause)
    updates = []
    for evidence, version in rows:
        mine = sorted(clauses[evidence])
        digest = hashlib.sha256(json.dumps(mine).encode()).hexdigest()
        if (version, digest) not in known:
            known[version, digest] = len(known) + 1
            bind.execute(
                sa.text("INSERT INTO clause_sets (version_id, clauses, digest) VALUES (:version, :clauses, :digest)"),
                {"version": version, "clauses": json.dumps(mine), "digest": digest},
            )
        updates.append({"which": evidence, "its_set": known[version, digest]})
    bind.execute(sa.text("UPDATE evidence SET clause_set_id = :its_set WHERE id = :which"), updates)
    return rows[-1].id


def _touches() -> None:
    op.create_table(
        "touches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("policy_id", KEY, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touches")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_touches_transaction_id"), "touches", ["transaction_id"])
    for table, (person, policy) in WHOSE.items():
        _note(table, ("INSERT", "UPDATE") if table in CHANGED else ("INSERT",), person, policy)
    for table in ERASED:
        _note(table, ("DELETE",), *(each.replace("NEW", "OLD") for each in WHOSE[table]))


def _note(table: str, events: tuple[str, ...], person: str, policy: str) -> None:
    """Write a touch after each of these events; SQLite has a trigger for each, PostgreSQL one for what is new."""
    insert = "INSERT INTO touches (person_id, policy_id, transaction_id) VALUES"
    if op.get_bind().dialect.name == "sqlite":
        for event in events:
            op.execute(
                f"CREATE TRIGGER touch_{table}_{event.lower()} AFTER {event} ON {table} "
                f"BEGIN {insert} ({person}, {policy}, 0); END"
            )
        return
    name = f"touch_{table}_delete" if "DELETE" in events else f"touch_{table}"
    op.execute(
        f"CREATE FUNCTION muster_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{insert} ({person}, {policy}, pg_current_xact_id()::text::bigint); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {' OR '.join(events)} ON {table} FOR EACH ROW EXECUTE FUNCTION muster_{name}()"
    )
