"""Policies, their requirements, and versions with everything that was frozen in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.domain.policies import Kind, Proof, Verdict
from lms.extensions import Base, UtcMoment
from lms.models.columns import Digest, Key, Moment, Sentence, Slug, Title, refers_to, word


class Policy(Base):
    """A controlled document with an owner; outlives its text."""

    __tablename__ = "policies"

    id: Mapped[Key]
    slug: Mapped[Slug] = mapped_column(unique=True)
    title: Mapped[Title]
    kind: Mapped[Kind] = word(Kind)
    proof: Mapped[Proof] = word(Proof)
    owner_id: Mapped[int] = refers_to("persons.id")
    timezone: Mapped[str] = mapped_column(String(64))
    source: Mapped[Sentence] = mapped_column(default="")
    """Where an imported text comes from, with its licence; shown wherever the text is."""
    is_need_to_know: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Only people whom it concerns and policy owners may read it; each reading is noted."""
    created_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    retired_recorded_at: Mapped[datetime | None] = mapped_column(UtcMoment())


class SettingSource(StrEnum):
    """Who said what a policy asks."""

    FILES = "files"
    HAND = "hand"
    """A person, on screen or by a command."""


class RequirementSetting(Base):
    """What a policy asks of whom, from a moment on; the last recorded of those in force counts."""

    __tablename__ = "requirement_settings"
    __table_args__ = (CheckConstraint("source = 'files' OR length(reason) >= 10", name="hand_says_why"),)

    id: Mapped[Key]
    policy_id: Mapped[int] = refers_to("policies.id", is_indexed=True)
    from_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")
    is_everybody: Mapped[bool]
    onboarding_days: Mapped[int]
    grace_days: Mapped[int]
    valid_days: Mapped[int | None]
    window_days: Mapped[int]
    reentry_days: Mapped[int]
    source: Mapped[SettingSource] = word(
        SettingSource, default=SettingSource.FILES, server_default=SettingSource.FILES.value
    )
    reason: Mapped[Sentence] = mapped_column(default="", server_default="")
    """Empty where the files say it: they have a history of their own."""


class RequirementQueue(Base):
    """A queue that a requirement serves."""

    __tablename__ = "requirement_queues"

    setting_id: Mapped[int] = refers_to("requirement_settings.id", primary_key=True)
    queue_id: Mapped[int] = refers_to("queues.id", primary_key=True)


class Version(Base):
    """A draft (published_at is none), or a published version, which triggers keep as it is."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        Index("uq_versions_one_draft", "policy_id", unique=True, sqlite_where=text("published_at IS NULL"),
              postgresql_where=text("published_at IS NULL")),
        CheckConstraint("published_at IS NULL OR effective_at >= published_at", name="effective_after_published"),
        CheckConstraint("published_at IS NULL OR author_id <> approver_id", name="two_persons"),
        CheckConstraint("published_at IS NULL OR length(reason) >= 10", name="reason_given"),
    )  # fmt: skip

    id: Mapped[Key]
    policy_id: Mapped[int] = refers_to("policies.id")
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    quiz: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The quiz rules; empty where proof is by attestation."""
    reason: Mapped[Sentence] = mapped_column(default="")
    author_id: Mapped[int | None] = refers_to("persons.id")
    approver_id: Mapped[int | None] = refers_to("persons.id")
    proposed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When the author sent a draft for approval; none while it is being worked on."""
    published_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    effective_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """For a proposed draft the moment that was asked for; none means at publication."""
    grace_days: Mapped[int | None]
    provisional_hours: Mapped[int | None]
    """Set for an emergency."""
    is_imported: Mapped[bool] = mapped_column(default=False)
    """Verdicts were taken as proposed, from past history, not decided by a person."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    recorded_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    withdrawn_recorded_at: Mapped[datetime | None] = mapped_column(UtcMoment())


class ClauseRow(Base):
    """The stable identity of a clause, across versions."""

    __tablename__ = "clauses"
    __table_args__ = (UniqueConstraint("policy_id", "slug"),)

    id: Mapped[Key]
    policy_id: Mapped[int] = refers_to("policies.id")
    slug: Mapped[Slug] = mapped_column(String(120))


class VersionClause(Base):
    """A clause as it stands in one version."""

    __tablename__ = "version_clauses"
    __table_args__ = (UniqueConstraint("version_id", "clause_id"), UniqueConstraint("version_id", "position"))

    id: Mapped[Key]
    version_id: Mapped[int] = refers_to("versions.id")
    clause_id: Mapped[int] = refers_to("clauses.id", is_indexed=True)
    position: Mapped[int]
    title: Mapped[Title]
    level: Mapped[int]
    path: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    queues: Mapped[list[str]] = mapped_column(JSON)
    is_need_to_know: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Only people whom it concerns and policy owners may read it; each reading is noted."""
    text_hash: Mapped[Digest]
    title_hash: Mapped[Digest]
    links_hash: Mapped[Digest]


class ChangeRow(Base):
    """What happened to one clause on the way to this version, and who judged it."""

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("version_id", "clause_id"),)

    id: Mapped[Key]
    version_id: Mapped[int] = refers_to("versions.id")
    clause_id: Mapped[int] = refers_to("clauses.id", is_indexed=True)
    sorts: Mapped[list[str]] = mapped_column(JSON)
    links: Mapped[list[Any]] = mapped_column(JSON)
    """[[predecessor slug, similarity, is_confirmed], …]"""
    gained_queues: Mapped[list[str]] = mapped_column(JSON)
    proposed: Mapped[Verdict] = word(Verdict)
    proposed_because: Mapped[Sentence]
    verdict: Mapped[str | None] = mapped_column(String(20))
    """None while nobody decided."""
    reason: Mapped[Sentence] = mapped_column(default="")
    decided_by: Mapped[int | None] = refers_to("persons.id")
    decided_at: Mapped[datetime | None] = mapped_column(UtcMoment())


class LessonRevision(Base):
    """One exact text of a lesson; versions point at it."""

    __tablename__ = "lesson_revisions"
    __table_args__ = (UniqueConstraint("policy_id", "digest"),)

    id: Mapped[Key]
    policy_id: Mapped[int] = refers_to("policies.id")
    slug: Mapped[Slug]
    digest: Mapped[Digest]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class VersionLesson(Base):
    """A lesson that was frozen into a version."""

    __tablename__ = "version_lessons"

    version_id: Mapped[int] = refers_to("versions.id", primary_key=True)
    lesson_id: Mapped[int] = refers_to("lesson_revisions.id", primary_key=True)
    position: Mapped[int]


class ItemRevision(Base):
    """One exact text of an item as an agent may see it: no key, no feedback."""

    __tablename__ = "item_revisions"
    __table_args__ = (UniqueConstraint("policy_id", "digest"),)

    id: Mapped[Key]
    policy_id: Mapped[int] = refers_to("policies.id")
    slug: Mapped[Slug]
    digest: Mapped[Digest]
    """Over question and key together."""
    question: Mapped[dict[str, Any]] = mapped_column(JSON)


class ItemKey(Base):
    """Key, feedback and old-rule marks of an item; only grading and results read this table."""

    __tablename__ = "item_keys"

    item_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True)
    key: Mapped[dict[str, Any]] = mapped_column(JSON)


class VersionItem(Base):
    """An item that was frozen into a version."""

    __tablename__ = "version_items"

    version_id: Mapped[int] = refers_to("versions.id", primary_key=True)
    item_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True)
