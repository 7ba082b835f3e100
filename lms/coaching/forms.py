"""What a coach may send: a refresher, a moved due moment, a reason; and how the board is filtered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.coaching.actions import LONGEST_NOTE, SHORTEST_NOTE
from lms.coaching.giving import MOST_ATTEMPTS
from lms.domain.accommodating import ExtraTime
from lms.domain.standing import State
from lms.filters import zone
from lms.forms import Form

WORDS = Length(
    SHORTEST_NOTE,
    LONGEST_NOTE,
    lazy_gettext("Write %(least)s to %(most)s characters.", least=SHORTEST_NOTE, most=LONGEST_NOTE),
)
YEARS = range(1970, 2200)
"""At the ends of the calendar a moment cannot be shown in every zone."""
LONGEST_FILTER, LONGEST_NUMBER = 600, 9
HOW_MANY = lazy_gettext("Write a whole number from 1 to %(most)s.", most=MOST_ATTEMPTS)


class CheckboxList(SelectMultipleField):
    """Several of a list, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentField(DateTimeLocalField):
    """A moment typed in the reader's zone, which the page names; `data` is UTC."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; a time that a change of clocks leaves out or doubles is taken as the earlier offset."""
        if not any(valuelist):
            return
        try:
            super().process_formdata(valuelist)
            if self.data.year not in YEARS:
                raise ValueError(self.data.year)
            self.data = self.data.replace(tzinfo=zone()).astimezone(UTC)
        except ValueError as wrong:
            self.data = None
            raise ValueError(gettext("Write a day and a time, like 2026-11-25 13:40.")) from wrong

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{self.data.astimezone(zone()):%Y-%m-%dT%H:%M}" if self.data else ""


class AttemptsField(IntegerField):
    """How many attempts."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist if any(valuelist) else [])
        except ValueError as wrong:
            raise ValueError(HOW_MANY) from wrong


class RefresherForm(Form):
    """Who, what, by when and why. The choices of `person` and `clause` are set by the view."""

    policy = HiddenField()
    person = CheckboxList(
        lazy_gettext("Who"), [InputRequired(lazy_gettext("Choose at least one person."))], coerce=int, choices=[]
    )
    clause = CheckboxList(
        lazy_gettext("Which clauses"), [InputRequired(lazy_gettext("Choose at least one clause."))], choices=[]
    )
    due_at = MomentField(lazy_gettext("Due"), [InputRequired(lazy_gettext("Say by when."))])
    note = TextAreaField(
        lazy_gettext("Why: a note to them"), [InputRequired(lazy_gettext("Say why; they will read it.")), WORDS]
    )
    is_blocking = BooleanField(lazy_gettext("Keep them from this work until it is done"))


class GrantForm(Form):
    """Why somebody gets another attempt."""

    reason = TextAreaField(lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), WORDS])


class DueForm(Form):
    """Another due moment, and why."""

    due_at = MomentField(lazy_gettext("Due instead"), [InputRequired(lazy_gettext("Say when."))])
    reason = TextAreaField(lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), WORDS])


class AccommodationForm(Form):
    """What somebody is given in quizzes beside what everybody has, until when, and why."""

    time = RadioField(
        lazy_gettext("Time"),
        choices=[
            SelectChoice(ExtraTime.AS_SET.value, lazy_gettext("Time as the quiz sets it")),
            SelectChoice(ExtraTime.HALF_MORE.value, lazy_gettext("One and a half times the time")),
            SelectChoice(ExtraTime.DOUBLE.value, lazy_gettext("Twice the time")),
            SelectChoice(ExtraTime.NO_LIMIT.value, lazy_gettext("No time limit")),
        ],
        default=ExtraTime.AS_SET.value,
        validators=[InputRequired(lazy_gettext("Choose how much time."))],
    )
    attempts = AttemptsField(lazy_gettext("Attempts at a quiz"), [Optional(), NumberRange(1, MOST_ATTEMPTS, HOW_MANY)])
    until_at = MomentField(lazy_gettext("Until"), [Optional()])
    reason = TextAreaField(lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), WORDS])


class CallOffForm(Form):
    """Why a refresher is no longer needed."""

    reason = TextAreaField(lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), WORDS])


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilters:
    """What the address of the board asks for."""

    team: str
    queue: str
    policy: str
    state: State | None
    name: str
    page: int

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "BoardFilters":
        """Read the arguments of an address; a standing that does not exist is no filter."""
        state = args.get("state", "")
        return cls(
            team=_filter(args, "team"),
            queue=_filter(args, "queue"),
            policy=_filter(args, "policy"),
            state=State(state) if state in set(State) else None,
            name=_filter(args, "name"),
            page=_page(args.get("page", "")),
        )

    def at_page(self, page: int) -> dict[str, str | int]:
        """Arguments of an address that asks the same of another page."""
        asked = {
            "team": self.team,
            "queue": self.queue,
            "policy": self.policy,
            "state": self.state.value if self.state else "",
            "name": self.name,
            "page": page,
        }
        return {key: value for key, value in asked.items() if value}


def _filter(args: Mapping[str, str], name: str) -> str:
    return args.get(name, "").strip()[:LONGEST_FILTER]


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER and int(text) else 1
