"""What an owner may send about a draft, and what an approver sends back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.domain.policies import Verdict
from lms.forms import YEARS, Form
from lms.policies.refusals import SHORTEST_REASON

LONGEST_REASON = 2000
MOST_HOURS = 24 * 90
"""As in policy.yaml."""
VERDICTS = (
    SelectChoice(Verdict.MATERIAL.value, lazy_gettext("New meaning: people have to learn it again")),
    SelectChoice(Verdict.EDITORIAL.value, lazy_gettext("Same meaning: nobody has to do anything")),
)


def refuse_skipped(typed: datetime | None, zone: ZoneInfo) -> None:
    """Raise ValidationError for a moment that the clocks jump over, or at the ends of the calendar."""
    if typed is None:
        return
    if typed.year not in YEARS:
        raise ValidationError(gettext("Write a day and a time, like 2026-11-25 13:40."))
    if typed.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed:
        later = typed + timedelta(hours=1)
        raise ValidationError(
            gettext(
                "The clocks go forward then: there is no %(data)s. Take %(later)s.",
                data=f"{typed:%H:%M}",
                later=f"{later:%H:%M}",
            )
        )


class DecideForm(Form):
    """The verdict on one change."""

    verdict = RadioField(
        lazy_gettext("Did the meaning change?"),
        [InputRequired(lazy_gettext("Choose one of the two."))],
        choices=VERDICTS,
    )
    reason = StringField(
        lazy_gettext("Why"),
        [InputRequired(lazy_gettext("Say in a few words why.")), Length(max=LONGEST_REASON)],
        description=lazy_gettext("People read it."),
    )
    is_link_confirmed = BooleanField(lazy_gettext("I looked at where it comes from, and it is right"))


class EmergencyForm(Form):
    """Whether a draft is an emergency."""

    provisional_hours = IntegerField(
        lazy_gettext("Hours that an acknowledgement lasts"),
        [Optional(), NumberRange(1, MOST_HOURS, lazy_gettext("Write 1 to %(most)s hours.", most=MOST_HOURS))],
        description=lazy_gettext(
            "Whoever has seen it may go on working for so long. Leave it empty for an ordinary version."
        ),
    )


class ProposeForm(Form):
    """Sending a draft for approval."""

    reason = TextAreaField(
        lazy_gettext("Why does this version exist?"),
        [
            InputRequired(lazy_gettext("Say why this version exists.")),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                lazy_gettext("Say it in %(least)s characters or more.", least=SHORTEST_REASON),
            ),
        ],
        description=lazy_gettext("Everybody who has to learn it reads this first."),
    )
    effective_at = DateTimeLocalField(
        lazy_gettext("Takes effect"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        render_kw={"step": 60},
    )

    def __init__(self, *, zone: ZoneInfo, effective_at: datetime | None = None, **options: Any) -> None:
        """`zone` is the one in which the moment is typed; `effective_at`, in any zone, is shown at first."""
        here = effective_at.astimezone(zone).replace(tzinfo=None) if effective_at else None
        super().__init__(effective_at=here, **options)
        self.zone = zone

    def validate_effective_at(self, field: DateTimeLocalField) -> None:
        """A moment that the clocks jump over does not exist."""
        refuse_skipped(field.data, self.zone)

    @property
    def moment(self) -> datetime | None:
        """The moment typed, in UTC; None for as soon as it is approved."""
        typed = self.effective_at.data
        return typed.replace(tzinfo=self.zone).astimezone(UTC) if typed else None


class ApproveForm(Form):
    """Which proposal an approver saw."""

    number = IntegerField(validators=[InputRequired()])
    proposed_at = StringField(validators=[InputRequired()])

    def validate_proposed_at(self, field: StringField) -> None:
        """It comes from our own page; anything else is not understood."""
        try:
            if datetime.fromisoformat(field.data).tzinfo is None:
                raise ValidationError(gettext("Reload the page and try again."))
        except ValueError as error:
            raise ValidationError(gettext("Reload the page and try again.")) from error

    @property
    def seen_at(self) -> datetime:
        """When the proposal that was seen had been sent."""
        return datetime.fromisoformat(self.proposed_at.data)
