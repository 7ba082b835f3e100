"""Actions that a person signs with: the statement after a passed quiz, reading and signing, "I have seen it".

Evidence is written in the transaction that stores the signature. Source: domain.md sections 2 and 7.
"""

import secrets
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from lms.domain.errors import DomainError
from lms.domain.quizzes import QuizRules
from lms.domain.translations import ORIGINAL
from lms.extensions import db, writing
from lms.models import (
    Acknowledgement,
    AnswerSalt,
    Attempt,
    AttemptTranslation,
    Attestation,
    ClauseRow,
    Evidence,
    Identity,
    Person,
    Policy,
    RefresherEnd,
    Version,
    VersionClause,
)
from lms.models.proof import SALT_BYTES, Proven, commit_to, record_evidence, stamp
from lms.policies.queries import Stored, translation_of, translations
from lms.training.actions import NothingToLearn
from lms.training.assignments import assignment
from lms.training.attempts import alive
from lms.training.drawn import Drawn, asked, committed
from lms.training.marking import hold_keys, run_ids
from lms.training.modules import has_quiz
from lms.training.signed import signature, signed_in_run
from lms.training.translated import ToSign, to_sign

MEANING = "read-and-will-work-by-it"
AUTH = {"method": "password"}
NO_FACTS: Mapping[str, Any] = {}


class NotPassed(DomainError):
    """Only a passed quiz can be signed."""


class QuizComesFirst(DomainError):
    """Where there is a quiz, reading alone proves nothing."""


class NoEmergency(DomainError):
    """Only an emergency version that still counts can be acknowledged."""


@writing()
def sign(attempt_id: int, person_id: int, *, now: datetime) -> int | None:
    """Sign what was passed: attestation, evidence and the end of its refresher, at once. The evidence's id.

    The second time finds the first, and so does another attempt of its run that passes since a correction. None when
    the attempt is not this person's. Raises NotPassed.
    """
    if not _held(attempt_id, person_id):
        return None
    row = db.session.execute(
        # what evidence is made of, at once
        select(Attempt, Version, Policy, Person, Identity, AttemptTranslation.translation_id)
        .join(Version, Version.id == Attempt.version_id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(Identity, Identity.person_id == Attempt.person_id)
        .outerjoin(AttemptTranslation, AttemptTranslation.attempt_id == Attempt.id)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
        .with_for_update(of=Attempt)
    ).one()
    attempt, version, *_ = row
    if not attempt.is_passed:
        raise NotPassed("Pass the quiz first; then you can sign.")
    if (before := signature(attempt, signed_in_run(attempt))) is not None:
        return before.evidence_id
    first = db.session.get_one(Attempt, (ids := run_ids(attempt))[0])
    drawn = asked(ids)
    evidence_id = _prove(
        person_id,
        version,
        kind="passed",
        clauses=first.clauses,
        refresher_id=attempt.refresher_id,
        stored=translation_of(row.translation_id),
        attempt=attempt,
        facts=_facts(attempt, drawn, pass_mark=QuizRules(**version.quiz).pass_mark),
        now=now,
    )
    db.session.commit()
    return evidence_id


def _held(attempt_id: int, person_id: int) -> bool:
    """Keep an attempt's score as it is; False where it is not this person's."""
    mine = select(Attempt.policy_id).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    policy_id = db.session.scalar(mine)
    if policy_id is not None:
        hold_keys(policy_id)
    return policy_id is not None


@writing()
def attest(
    person_id: int, slug: str, *, refresher_id: int | None = None, language: str = ORIGINAL, now: datetime
) -> int | None:
    """Sign that it was read, where there is no quiz: by the policy, or because no question fits. The evidence's id.

    `language` is the one in which it was read, as far as it is translated. None for what does not exist for this
    person. Raises NothingToLearn (the second time too) and QuizComesFirst.
    """
    # One at a time for a person: nothing else would keep two clicks apart.
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    now = max(now, _last_proof_at(person_id, slug) or now)  # somebody who waited sees what was signed meanwhile
    task = assignment(person_id, slug, refresher_id=refresher_id, now=now)
    if task is None:
        return None
    if not task.clauses or task.learn.version is None:
        raise NothingToLearn("There is nothing left to sign: it is on your record.")
    if has_quiz(task, now):
        raise QuizComesFirst("This policy has a quiz. Answer it, then sign.")
    version = db.session.scalars(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number == task.learn.version)
    ).one()
    stored = translations([version.id], language).get(version.id)
    evidence_id = _prove(
        person_id,
        version,
        kind="attested",
        clauses=task.clauses,
        refresher_id=refresher_id,
        stored=stored,
        now=now,
    )
    db.session.commit()
    return evidence_id


def _last_proof_at(person_id: int, slug: str) -> datetime | None:
    return db.session.scalar(
        select(func.max(Evidence.recorded_at))
        .join(Policy, Policy.id == Evidence.policy_id)
        .where(Evidence.person_id == person_id, Policy.slug == slug)
    )


def _prove(
    person_id: int,
    version: Version,
    *,
    kind: str,
    clauses: Sequence[str],
    refresher_id: int | None,
    stored: Stored | None,
    attempt: Attempt | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
    now: datetime,
) -> int:
    """Add the signature, the evidence that rests on it and, if there was one, the end of its refresher."""
    read = _to_sign(version, clauses, stored)
    signed = _signed(person_id, version, read, attempt=attempt, now=now)
    attestation = {"words": signed.words, "language": signed.language}
    statement_facts = {
        "meaning": MEANING,
        "attestation": {**attestation, "translation": read.translation} if read.translation else attestation,
        "auth": AUTH,
        "refresher": refresher_id,
    }
    evidence = record_evidence(
        db.session.get_one(Person, person_id),
        version,
        clauses=_hashes(version, clauses),
        proven=Proven(
            kind=kind,
            occurred_at=now,
            attempt_id=signed.attempt_id,
            attestation_id=signed.id,
            facts={**statement_facts, **facts},
        ),
        recorded_at=now,
    )
    if refresher_id is not None and db.session.get(RefresherEnd, refresher_id) is None:  # else it was called off
        ended = RefresherEnd(refresher_id=refresher_id, evidence_id=evidence.id, ended_at=now, ended_by=person_id)
        db.session.add(ended)
    return evidence.id


def _to_sign(version: Version, clauses: Sequence[str], stored: Stored | None) -> ToSign:
    title = db.session.get_one(Policy, version.policy_id).title
    living = alive(version.id, clauses) if stored else frozenset[str]()
    return to_sign(title, version.number, clauses, alive=living, stored=stored)


def _signed(person_id: int, version: Version, read: ToSign, *, attempt: Attempt | None, now: datetime) -> Attestation:
    attestation = Attestation(
        person_id=person_id,
        version_id=version.id,
        attempt_id=attempt.id if attempt else None,
        words=unicodedata.normalize("NFC", read.words),
        language=read.language,
        signed_at=now,
    )
    db.session.add(attestation)
    db.session.flush()
    return attestation


def _facts(attempt: Attempt, drawn: Collection[Drawn], *, pass_mark: int) -> dict[str, Any]:
    """What was asked and how it went; the answers only as a commitment under an erasable salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    db.session.add(AnswerSalt(attempt_id=attempt.id, salt=salt))
    # Which of the scores of an attempt was signed: that of the beginning, unless this says by which correction.
    by_correction = {} if attempt.corrected_by is None else {"correction": attempt.corrected_by}
    return by_correction | {
        "items": sorted({each.digest for each in drawn}),
        "score": attempt.points,
        "max": attempt.maximum,
        "pass_mark": pass_mark,
        "passed": True,
        "attempt": attempt.id,
        "attempt_no": attempt.number,
        "started_at": stamp(attempt.started_at),
        "submitted_at": stamp(attempt.submitted_at),
        "answers_commit": commit_to(salt, committed(drawn)),
    }


def _hashes(version: Version, clauses: Collection[str]) -> dict[str, str]:
    """Hash of each clause's text in this version; of one that is gone from it, as it last was."""
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.text_hash)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .join(Version, Version.id == VersionClause.version_id)
        .where(
            ClauseRow.policy_id == version.policy_id,
            ClauseRow.slug.in_(clauses),
            Version.number <= version.number,
            Version.published_at.is_not(None),
            Version.withdrawn_at.is_(None) | (Version.id == version.id),
        )
        .order_by(Version.number)
    )
    return {slug: text_hash for slug, text_hash in rows}


@writing()
def acknowledge(person_id: int, slug: str, *, number: int, now: datetime) -> bool:
    """ "I have seen it": for an emergency version whose provisional time still runs; the second time changes nothing.

    False for a version that does not exist. Raises NoEmergency.
    """
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    version = db.session.scalars(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number == number, Version.published_at <= now)
    ).first()
    if version is None:
        return False
    is_known = select(Acknowledgement.id).where(
        Acknowledgement.person_id == person_id, Acknowledgement.version_id == version.id
    )
    if db.session.scalar(is_known) is not None:
        return True
    ends_at = version.effective_at + timedelta(hours=version.provisional_hours or 0)
    if not version.provisional_hours or version.withdrawn_at is not None or now >= ends_at:
        raise NoEmergency("This change no longer waits to be seen. Open its training from your home page.")
    db.session.add(Acknowledgement(person_id=person_id, version_id=version.id, occurred_at=now, recorded_at=now))
    db.session.commit()
    return True
