"""What may be asked of the roster, and what may be typed: a shift, why one is called off, the minimum of a queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import DateTimeLocalInput

from lms.domain.staffing import week_of
from lms.filters import zone
from lms.forms import Form, QuestionNotUnderstood, page_of
from lms.languages import said
from lms.people import people_cells as cells
from lms.shifts.pattern import DAYS, EVERY_DAY, MOST_PEOPLE, WEEKDAYS, WEEKEND, Block, week_of_blocks
from lms.shifts.saying import moment_in

YEARS = range(2000, 2150)
LEAST_ROWS, MOST_ROWS = 6, 60
HOURS = [SelectChoice(hour, f"{hour:02}:00") for hour in range(25)]
DAY_NAMES = (
    lazy_gettext("Every day"),
    lazy_gettext("Monday to Friday"),
    lazy_gettext("Saturday and Sunday"),
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the roster."""

    day: date
    zone: ZoneInfo
    zone_text: str = ""
    """Another zone than the reader's."""
    queue: str = ""
    team: str = ""
    is_week: bool = False
    page: int = 1

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The day, or the week of the day."""
        if self.is_week:
            return week_of(self.day, self.zone)
        start, end = (
            datetime.combine(self.day + timedelta(days=days), datetime.min.time(), self.zone) for days in (0, 1)
        )
        return start, end

    def address(self, **changes: object) -> dict[str, object]:
        """Arguments of an address that asks the same, with changes."""
        asked: dict[str, object] = {
            "day": self.day.isoformat(),
            "zone": self.zone_text,
            "queue": self.queue,
            "team": self.team,
            "span": "week" if self.is_week else "",
        }
        return {name: value for name, value in (asked | changes).items() if value}

    def days_on(self, days: int) -> dict[str, object]:
        """The same so many days later."""
        return self.address(day=(self.day + timedelta(days=days)).isoformat())


def asked(args: Mapping[str, str], *, now: datetime) -> Asked:
    """Read the arguments of an address; raise QuestionNotUnderstood."""
    here, text = zone(), args.get("zone", "").strip()
    try:
        there = ZoneInfo(cells.timezone(text)) if text else here
        day = date.fromisoformat(args["day"]) if args.get("day") else now.astimezone(there).date()
        if day.year not in YEARS:
            raise ValueError(day)
    except ValueError as wrong:
        raise QuestionNotUnderstood(
            "There is no such day or time zone. Write a day like 2026-03-29 and a zone like Europe/Dublin."
        ) from wrong
    return Asked(
        day=day,
        zone=there,
        zone_text=text,
        queue=args.get("queue", "")[:80],
        team=args.get("team", "")[:600],
        is_week=args.get("span", "") == "week",
        page=page_of(args.get("page", "")),
    )


class ClockField(StringField):
    """A day and a time as the reader's clocks show it; `at` is the one instant at which they do."""

    widget = DateTimeLocalInput()
    at: datetime | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it; WTForms' hook. A time that clocks skip or show twice is refused, not guessed."""
        if not self.data:
            return
        try:
            typed = datetime.fromisoformat(self.data)
            if typed.tzinfo is not None or typed.year not in YEARS:
                raise ValueError(self.data)
        except ValueError as wrong:
            raise StopValidation(str(lazy_gettext("Write a day and a time, like 2026-11-25 13:40."))) from wrong
        self.at, told = moment_in(typed, zone())
        if told:
            raise StopValidation(said(told))


class ShiftForm(Form):
    """One shift; the choices are set by the view."""

    person = SelectField(lazy_gettext("Person"), [InputRequired()], coerce=int, choices=[])
    queue = SelectField(lazy_gettext("Queue"), [InputRequired()], choices=[])
    start = ClockField(
        lazy_gettext("From"), [InputRequired(lazy_gettext("Say when.")), Length(max=40)],
        description=lazy_gettext("Your time."),
    )  # fmt: skip
    end = ClockField(
        lazy_gettext("Until"), [InputRequired(lazy_gettext("Say when.")), Length(max=40)],
        description=lazy_gettext("Your time."),
    )  # fmt: skip


class WhyForm(Form):
    """Why a shift is called off."""

    why = TextAreaField(
        lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), Length(max=2000)], render_kw={"rows": 2}
    )


class BlockForm(wtforms.Form):
    """One line of a week of minimums; without a number it says nothing."""

    days = SelectField(
        lazy_gettext("Days"),
        choices=[SelectChoice(days, name) for days, name in zip(DAYS, DAY_NAMES, strict=True)],
    )
    first = SelectField(lazy_gettext("From"), coerce=int, choices=HOURS[:24])
    after = SelectField(lazy_gettext("Until"), coerce=int, choices=HOURS[1:], default=24)
    people = IntegerField(
        lazy_gettext("Ready people"),
        [Optional(), NumberRange(0, MOST_PEOPLE, lazy_gettext("Write a number from 0 to 999."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing of a line without a number is looked at."""
        return not any(self.people.raw_data or ()) or super().validate(extra_validators)

    def validate_after(self, field: Any) -> None:
        """It ends after it begins; WTForms' hook."""
        if self.first.data is not None and field.data <= self.first.data:
            raise ValidationError(lazy_gettext("It ends before it begins; write a night as two lines."))


class MinimumForm(Form):
    """The minimum of a queue from a day on."""

    zone = StringField(
        lazy_gettext("Time zone of the hours"), [InputRequired(lazy_gettext("Type the time zone.")), Length(max=64)]
    )
    day = DateField(lazy_gettext("From the beginning of"), [InputRequired(lazy_gettext("Choose a day."))])
    blocks = FieldList(FormField(BlockForm), lazy_gettext("Hours"), min_entries=LEAST_ROWS, max_entries=MOST_ROWS)
    why = TextAreaField(
        lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), Length(max=2000)], render_kw={"rows": 2}
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """As any form; lines say themselves what is wrong with them."""
        is_right = super().validate(extra_validators)
        if self.blocks.errors:
            self.blocks.errors = [gettext("Look at the lines that are marked.")]
        return is_right

    def validate_zone(self, field: Any) -> None:
        """A zone that there is; WTForms' hook."""
        try:
            cells.timezone(field.data or "")
        except cells.CellWrong as wrong:
            raise ValidationError(said(wrong.args[0])) from wrong

    def people(self) -> tuple[int, ...]:
        """The numbers of the week."""
        lines = (each.form for each in self.blocks)
        return week_of_blocks(
            Block(line.days.data, line.first.data, line.after.data, line.people.data)
            for line in lines
            if line.people.data is not None
        )

    def from_at(self, *, now: datetime) -> datetime | None:
        """When it begins: that day's midnight in its zone, today from now on; None for a day that is over."""
        there = ZoneInfo(self.zone.data or "")
        if self.day.data is None or self.day.data < now.astimezone(there).date() or self.day.data.year not in YEARS:
            return None
        return max(now, datetime.combine(self.day.data, datetime.min.time(), there))


def shown_first(blocks: tuple[Block, ...]) -> list[dict[str, object]]:
    """Lines as the form shows them first, with some left empty."""
    found: list[dict[str, object]] = [
        {"days": each.days, "first": each.first, "after": each.after, "people": each.people} for each in blocks
    ]
    empty: list[dict[str, object]] = [
        {"days": days, "first": 0, "after": 24, "people": None}
        for days in (EVERY_DAY, WEEKDAYS, WEEKEND, EVERY_DAY, WEEKDAYS, WEEKEND)
    ]
    return found + (empty[: LEAST_ROWS - len(found)] if len(found) < LEAST_ROWS - 2 else empty[:2])
