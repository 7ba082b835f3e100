"""What may be asked of the gate, and what a coach or lead may send: an override, its early end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateTimeLocalField, HiddenField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.filters import zone
from lms.forms import Form, QuestionNotUnderstood, moment_of
from lms.languages import said
from lms.readiness.actions import LONGEST_REASON, SHORTEST_REASON, GateRefused, refuse_unless_soon
from lms.readiness.forms import local_text

LONGEST_NAME, LONGEST_NUMBER = 300, 9


class UntilField(DateTimeLocalField):
    """A moment in the reader's zone, which the page names; `data` is UTC."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        if any(valuelist):
            try:
                self.data = moment_of(" ".join(valuelist), zone().key)
            except QuestionNotUnderstood as wrong:
                raise ValueError(said(wrong)) from wrong

    def _value(self) -> str:
        return " ".join(self.raw_data) if self.raw_data else local_text(self.data, zone().key) if self.data else ""


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        lazy_gettext("Why"),
        [
            InputRequired(lazy_gettext("Say why.")),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                lazy_gettext("Say it in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON),
            ),
        ],
        render_kw={"rows": 2},
    )


class OverrideForm(ReasonForm):
    """Whom to let in where, until when, and why."""

    person = HiddenField()
    queue = HiddenField()
    until = UntilField(lazy_gettext("Until"), [InputRequired(lazy_gettext("Say until when."))])

    def validate_until(self, field: Any) -> None:
        """It lies ahead, and not too far; WTForms' hook."""
        try:
            if field.data is not None:
                refuse_unless_soon(field.data, now=clock.now())
        except GateRefused as refused:
            raise ValidationError(said(refused)) from refused


class EndForm(ReasonForm):
    """Why an override ends before its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuestion:
    """What an address asks of the gate."""

    person: int | None
    who: str
    """Letters of a name, or an e-mail, where no person is chosen yet."""
    queue: str
    at: datetime
    at_text: str
    zone: str


def gate_question(args: Mapping[str, str], *, zone: str, now: datetime) -> GateQuestion:
    """Read the arguments of an address; raise QuestionNotUnderstood for a moment that is none."""
    named = args.get("zone", "") or zone
    at_text = args.get("at", "").strip()
    return GateQuestion(
        person=number_of(args.get("person", "")),
        who=args.get("who", "").strip()[:LONGEST_NAME],
        queue=args.get("queue", "").strip()[:LONGEST_NAME],
        at=moment_of(at_text, named) or now,
        at_text=at_text,
        zone=named,
    )


def about(person_id: int, queue: str, *, now: datetime) -> GateQuestion:
    """The question whether a person may take a queue now."""
    return GateQuestion(person=person_id, who="", queue=queue, at=now, at_text="", zone="")


def number_of(text: str | None) -> int | None:
    """The number that names a person; None for what is no such number."""
    is_one = text is not None and text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if text and is_one else None
