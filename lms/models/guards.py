"""The triggers that must be there, so that `muster verify` and the house notice when one is lost.

A migration that rebuilds a table on SQLite drops its triggers; it must make them again.
"""

from sqlalchemy import Connection, text

APPEND_ONLY = (
    "persons",
    "clauses",
    "lesson_revisions",
    "item_revisions",
    "item_keys",
    "requirement_settings",
    "requirement_queues",
    "spells",
    "spell_ends",
    "refreshers",
    "refresher_ends",
    "due_decisions",
    "attestations",
    "evidence",
    "evidence_clauses",
    "clause_sets",
    "revocations",
    "acknowledgements",
    "attempt_items",
    "audit_entries",
    "erasures",
    "translations",
    "translation_feedback",
    "attempt_translations",
    "attempt_grants",
    "attempt_swaps",
    "unmet_swaps",
    "flags",
    "flag_answers",
    "closings",
    "item_corrections",
    "attempt_scores",
    "accommodations",
    "shifts",
    "staffing_minimums",
    "gate_settings",
    "overrides",
    "override_ends",
)
"""Tables of which no row ever changes or goes."""

FROZEN_WITH_VERSION = ("version_clauses", "changes", "version_lessons", "version_items")
"""Rows that are fixed as soon as their version is published."""

TOUCHING = (
    "spells",
    "spell_ends",
    "identities",
    "evidence",
    "revocations",
    "acknowledgements",
    "due_decisions",
    "refreshers",
    "refresher_ends",
    "policies",
    "versions",
    "requirement_settings",
)
"""Tables whose new rows are noted in `touches`: whatever standing depends on."""
TOUCHING_WHEN_CHANGED = ("identities", "policies", "versions")
TOUCHING_WHEN_ERASED = ("identities",)

EXPECTED = frozenset(
    [f"guard_{table}_{event}" for table in APPEND_ONLY for event in ("update", "delete")]
    + [f"guard_{table}_{event}" for table in FROZEN_WITH_VERSION for event in ("insert", "update", "delete")]
    + [f"guard_versions_{event}" for event in ("update", "withdraw", "delete")]
    + ["guard_attempts_update", "guard_attempts_delete", "guard_responses_insert", "guard_responses_update"]
    + [f"guard_{table}_update" for table in ("audit_identities", "flag_words", "accommodation_reasons")]
)
"""Names of the guards on both engines; PostgreSQL has one against TRUNCATE for each table besides."""
TOUCHES = {
    "sqlite": frozenset(
        [f"touch_{table}_insert" for table in TOUCHING]
        + [f"touch_{table}_update" for table in TOUCHING_WHEN_CHANGED]
        + [f"touch_{table}_delete" for table in TOUCHING_WHEN_ERASED]
    ),
    "postgresql": frozenset(
        [f"touch_{table}" for table in TOUCHING] + [f"touch_{table}_delete" for table in TOUCHING_WHEN_ERASED]
    ),
}


def missing(connection: Connection) -> frozenset[str]:
    """Names of triggers that this database lacks."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    found = {row[0] for row in connection.execute(text(query))}
    return (EXPECTED | TOUCHES[connection.dialect.name]) - found
