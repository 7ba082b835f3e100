"""Queries for a person's own attempts and the page that asks; others' do not exist. Nothing here reads a key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.domain.accommodating import Accommodation, is_late, seconds_until
from lms.domain.quizzes import ItemType, Picture, QuizRules
from lms.domain.translations import ORIGINAL, Translation
from lms.extensions import db
from lms.models import Attempt, AttemptState, AttemptTranslation, ClauseRow, Policy, Version, VersionClause
from lms.models.accommodations import given_to
from lms.policies.queries import translation_of
from lms.training import runs
from lms.training.drawn import Drawn, asked
from lms.training.told import Telling, told_options
from lms.training.translated import item_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option as it is offered."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A clause and what it is called."""

    id: str
    title: str
    is_alive: bool
    """The version still has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An item as it is asked: nothing here gives an answer away."""

    position: int
    number: int
    """What its fields and its address are called by; see `Drawn`."""
    stem: str
    """Markdown."""
    sensitive: str
    is_swappable: bool
    """Another can be asked in its place, if there is one."""
    type: ItemType
    options: tuple[Choice, ...]
    """For an ordering and a matching, what is placed or matched."""
    choices: tuple[Choice, ...]
    """What options are matched with."""
    units: tuple[Choice, ...]
    """In which a number may be given."""
    is_multiple: bool
    citations: tuple[tuple[str, str], ...]
    """Clause id and title, for a decision."""
    chosen: tuple[str, ...]
    citation: str | None
    typed: str
    given: tuple[str, ...]
    """What was answered, in words."""
    case: str
    """Vignette in Markdown, at the first item of a case."""
    pictures: tuple[Picture, ...]
    """Of stem and vignette."""
    is_in_case: bool
    is_pilot: bool
    is_void: bool
    """Found wrong since it was drawn: it does not count, whatever is answered."""
    is_answered: bool
    language: str
    """Of stem and options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Which attempt it is."""

    id: int
    slug: str
    title: str
    """Of the policy."""
    version: int
    number: int
    refresher_id: int | None
    clause_count: int
    is_submitted: bool
    is_passed: bool
    started_at: datetime
    submitted_at: datetime | None
    is_retake: bool
    language: str
    """In which it was begun."""


@dataclass(frozen=True, slots=True)
class Own:
    """One's own attempt."""

    attempt: Attempt
    policy: Policy
    version: Version
    translation_id: int | None
    """In which it was begun; none for English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizPage:
    """An attempt that is going on."""

    about: About
    questions: tuple[Question, ...]
    revision: int
    """The last that any answer was kept with."""
    saved_at: datetime | None
    ends_at: datetime | None
    """Until when answers are taken; None without a time limit."""
    is_over: bool
    """None is taken any more."""
    seconds_left: int | None
    """Until the end, by the clock of the server; 0 after it."""

    @property
    def answered(self) -> int:
        """How many questions leave nothing open."""
        return sum(question.is_answered for question in self.questions)


def attempts_at(person_id: int, slug: str) -> Sequence[Attempt]:
    """A person's attempts at one policy, oldest first; one statement."""
    return db.session.scalars(
        select(Attempt)
        .join(Policy, Policy.id == Attempt.policy_id)
        .where(Attempt.person_id == person_id, Policy.slug == slug)
        .order_by(Attempt.number)
    ).all()


def accommodations_of(person_id: int) -> Sequence[Accommodation]:
    """What a person is or was given in quizzes, in the order in which it was recorded; one statement."""
    return db.session.scalars(select(given_to(person_id))).one()


def quiz_page(attempt_id: int, person_id: int, *, now: datetime) -> QuizPage | None:
    """The items of one's own attempt with the answers so far; None when it is not one's own.

    Three statements, and one more in another language than English.
    """
    found = own_attempt(attempt_id, person_id)
    if found is None:
        return None
    attempt, policy, version = found.attempt, found.policy, found.version
    words = words_of(found)
    drawn = asked([attempt_id])
    named = clauses_named(version, {clause for each in drawn for clause in each.citation_order}, words=words)
    ends_at = runs.ends_at(attempt, QuizRules(**version.quiz), now)
    return QuizPage(
        about=about(attempt, policy, version, words=words),
        questions=tuple(
            _question(each, named, words, before=before) for before, each in zip([None, *drawn], drawn, strict=False)
        ),
        revision=max((each.answer_revision for each in drawn), default=0),
        saved_at=max((each.saved_at for each in drawn if each.saved_at), default=None),
        ends_at=ends_at,
        is_over=is_late(ends_at, now),
        seconds_left=seconds_until(ends_at, now),
    )


def words_of(own: Own) -> Translation | None:
    """The translation in which an attempt was begun; one statement, none for English."""
    stored = translation_of(own.translation_id)
    return stored.words if stored else None


def clauses_named(version: Version, clauses: Collection[str], *, words: Translation | None = None) -> dict[str, Named]:
    """Clauses as a version calls them, or the last that had them, by id; one statement."""
    told = words.clauses if words else {}
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.title, Version.number)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .join(Version, Version.id == VersionClause.version_id)
        .where(
            Version.policy_id == version.policy_id,
            Version.number <= version.number,
            Version.published_at.is_not(None),
            ClauseRow.slug.in_(clauses),
        )
        .order_by(Version.number)
    )
    found = {}
    for slug, title, number in rows:
        is_alive = number == version.number
        found[slug] = Named(id=slug, title=told[slug].title if is_alive and slug in told else title, is_alive=is_alive)
    return found


def alive(version_id: int, clauses: Collection[str]) -> frozenset[str]:
    """Which of these clauses a version has; one statement."""
    return frozenset(
        db.session.scalars(
            select(ClauseRow.slug)
            .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
            .where(VersionClause.version_id == version_id, ClauseRow.slug.in_(clauses))
        )
    )


def own_attempt(attempt_id: int, person_id: int) -> Own | None:
    """One's own attempt with its policy and version; one statement."""
    row = db.session.execute(
        select(Attempt, Policy, Version, AttemptTranslation.translation_id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(Version, Version.id == Attempt.version_id)
        .outerjoin(AttemptTranslation, AttemptTranslation.attempt_id == Attempt.id)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    ).first()
    return Own(*row) if row else None


def about(attempt: Attempt, policy: Policy, version: Version, *, words: Translation | None = None) -> About:
    """What every page of an attempt says of it."""
    return About(
        id=attempt.id,
        slug=policy.slug,
        title=words.title or policy.title if words else policy.title,
        version=version.number,
        number=attempt.number,
        refresher_id=attempt.refresher_id,
        clause_count=len(attempt.clauses),
        is_submitted=attempt.state is AttemptState.SUBMITTED,
        is_passed=bool(attempt.is_passed),
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        is_retake=attempt.first_attempt_id is not None,
        language=words.language if words else ORIGINAL,
    )


def _question(drawn: Drawn, named: dict[str, Named], words: Translation | None, *, before: Drawn | None) -> Question:
    item, language = item_shown(drawn.item, words)
    shown = {each.id: each.text for each in (item.choices if item.type is ItemType.MATCHING else item.options)}
    ordered = tuple(Choice(id=each, text=shown[each]) for each in drawn.option_order)
    is_matching = item.type is ItemType.MATCHING
    is_first = item.case is not None and (before is None or _case_of(before) != item.case.id)
    return Question(
        position=drawn.position,
        number=drawn.number,
        stem=item.stem,
        sensitive=item.sensitive,
        is_swappable=bool(item.sensitive) and not item.is_pilot and not drawn.item.is_void and drawn.answer.is_empty,
        type=item.type,
        options=tuple(Choice(id=each.id, text=each.text) for each in item.options) if is_matching else ordered,
        choices=ordered if is_matching else (),
        units=tuple(Choice(id=unit.id, text=unit.text) for unit in item.units),
        is_multiple=item.type is ItemType.MULTIPLE,
        citations=tuple(
            (clause, named[clause].title if clause in named else clause) for clause in drawn.citation_order
        ),
        chosen=drawn.answer.options,
        citation=drawn.answer.citation,
        typed=drawn.answer.typed,
        given=tuple(each.text for each in told_options(drawn, item, Telling.NOTHING) if each.is_chosen),
        case=item.case.text if item.case and is_first else "",
        pictures=item.pictures,
        is_in_case=item.case is not None,
        is_pilot=item.is_pilot,
        is_void=drawn.item.is_void,
        is_answered=drawn.is_answered or drawn.item.is_void,
        language=language,
    )


def _case_of(drawn: Drawn) -> str | None:
    return drawn.item.case.id if drawn.item.case else None
