"""Triggers that keep history as it was, on both engines; `lms/models/guards.py` lists them for `muster verify`."""

from alembic import op

revision = "0005"
down_revision = "0004"

APPEND_ONLY = (
    "persons", "clauses", "lesson_revisions", "item_revisions", "item_keys",
    "requirement_settings", "requirement_queues", "spells", "spell_ends",
    "refreshers", "refresher_ends", "due_decisions",
    "attestations", "evidence", "evidence_clauses", "revocations", "acknowledgements", "attempt_items",
)  # fmt: skip
FROZEN_WITH_VERSION = ("version_clauses", "changes", "version_lessons", "version_items")
VERSION_COLUMNS = (
    "policy_id, number, text, quiz, reason, author_id, approver_id, proposed_at, published_at, effective_at, "
    "grace_days, provisional_hours, is_imported, digest, recorded_at"
)


def upgrade() -> None:
    statements = _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        op.execute(statement)


def _sqlite() -> list[str]:
    def trigger(name: str, event: str, table: str, when: str, message: str) -> str:
        condition = f"WHEN {when}" if when else ""
        return (
            f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    made = [
        trigger(f"{table}_{event.lower()}", event, table, "", f"{table} is append-only")
        for table in APPEND_ONLY
        for event in ("UPDATE", "DELETE")
    ]
    published = "(SELECT published_at FROM versions WHERE id = {row}.version_id) IS NOT NULL"
    for table in FROZEN_WITH_VERSION:
        message = f"a published version is frozen: {table}"
        made += [
            trigger(f"{table}_insert", "INSERT", table, published.format(row="NEW"), message),
            trigger(f"{table}_update", "UPDATE", table, published.format(row="OLD"), message),
            trigger(f"{table}_delete", "DELETE", table, published.format(row="OLD"), message),
        ]
    frozen = "a published version is frozen"
    submitted = "(SELECT state FROM attempts WHERE id = NEW.attempt_id) <> 'open'"
    made += [
        trigger("versions_update", f"UPDATE OF {VERSION_COLUMNS}", "versions", "OLD.published_at IS NOT NULL", frozen),
        trigger("versions_withdraw", "UPDATE OF withdrawn_at, withdrawn_recorded_at", "versions",
                "OLD.withdrawn_at IS NOT NULL", "a version is withdrawn once"),
        trigger("versions_delete", "DELETE", "versions", "OLD.published_at IS NOT NULL", frozen),
        trigger("attempts_update", "UPDATE", "attempts", "OLD.state <> 'open'", "a submitted attempt is final"),
        trigger("attempts_delete", "DELETE", "attempts", "", "attempts are append-only"),
        trigger("responses_insert", "INSERT", "responses", submitted, "the attempt is submitted"),
        trigger("responses_update", "UPDATE", "responses", submitted, "the attempt is submitted"),
    ]  # fmt: skip
    return made


def _postgresql() -> list[str]:
    def trigger(name: str, event: str, table: str, call: str, when: str = "") -> str:
        condition = f"WHEN ({when})" if when else ""
        return (
            f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION {call}"
        )

    refuse = "muster_refuse('{}')"
    made = list(FUNCTIONS)
    for table in APPEND_ONLY:
        call = refuse.format(f"{table} is append-only")
        made += [trigger(f"{table}_{event.lower()}", event, table, call) for event in ("UPDATE", "DELETE")]
    for table in FROZEN_WITH_VERSION:
        for event in ("INSERT", "UPDATE", "DELETE"):
            made.append(trigger(f"{table}_{event.lower()}", event, table, "muster_refuse_if_published()"))
    frozen = refuse.format("a published version is frozen")
    made += [
        trigger("versions_update", f"UPDATE OF {VERSION_COLUMNS}", "versions", frozen, "OLD.published_at IS NOT NULL"),
        trigger("versions_withdraw", "UPDATE OF withdrawn_at, withdrawn_recorded_at", "versions",
                refuse.format("a version is withdrawn once"), "OLD.withdrawn_at IS NOT NULL"),
        trigger("versions_delete", "DELETE", "versions", frozen, "OLD.published_at IS NOT NULL"),
        trigger("attempts_update", "UPDATE", "attempts", refuse.format("a submitted attempt is final"),
                "OLD.state <> 'open'"),
        trigger("attempts_delete", "DELETE", "attempts", refuse.format("attempts are append-only")),
        trigger("responses_insert", "INSERT", "responses", "muster_refuse_if_submitted()"),
        trigger("responses_update", "UPDATE", "responses", "muster_refuse_if_submitted()"),
    ]  # fmt: skip
    tables = (*APPEND_ONLY, *FROZEN_WITH_VERSION, "versions", "attempts", "responses")
    made += [
        f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
        f"EXECUTE FUNCTION muster_refuse('{table} is never emptied')"
        for table in tables
    ]
    return made


FUNCTIONS = (
    """CREATE FUNCTION muster_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE FUNCTION muster_refuse_if_published() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE the_version bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
    BEGIN
      IF (SELECT published_at FROM versions WHERE id = the_version) IS NOT NULL THEN
        RAISE EXCEPTION 'a published version is frozen: %', TG_TABLE_NAME
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$""",
    """CREATE FUNCTION muster_refuse_if_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT state FROM attempts WHERE id = NEW.attempt_id) <> 'open' THEN
        RAISE EXCEPTION 'the attempt is submitted' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
)
