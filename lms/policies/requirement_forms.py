"""What an owner or administrator may send about who needs a policy, and by when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.forms import Form
from lms.library.formats import MAX_DAYS
from lms.policies.forms import refuse_skipped
from lms.policies.refusals import SHORTEST_REASON
from lms.policies.requirements import Requirement
from lms.policies.requiring import LONGEST_REASON

FROM_NONE = NumberRange(0, MAX_DAYS, lazy_gettext("Write 0 to %(most)s days.", most=MAX_DAYS))
FROM_ONE = NumberRange(1, MAX_DAYS, lazy_gettext("Write 1 to %(most)s days, or leave it empty.", most=MAX_DAYS))
NEEDED = InputRequired(lazy_gettext("Write a number of days; 0 is one."))
DAYS = ("onboarding_days", "grace_days", "valid_days", "window_days", "reentry_days")


class QueuesField(SelectMultipleField):
    """Queues, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """A queue that is not there is not understood; our own page offers none."""
        if not set(self.data or ()) <= {value for value, *_ in self.iter_choices()}:
            raise ValidationError(gettext("There is no such queue. Choose among these."))


class DaysField(IntegerField):
    """A whole number of days."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(gettext("Write a whole number of days.")) from wrong


class FromField(DateTimeLocalField):
    """A moment, in the zone that the page names."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(gettext("Write a day and a time, like 2026-11-25 13:40.")) from wrong


class RequirementForm(Form):
    """Who needs it, by when, from when, and why."""

    is_everybody = BooleanField(
        lazy_gettext("Everybody"), description=lazy_gettext("In every queue, also in those that are still to come.")
    )
    queues = QueuesField(lazy_gettext("Who works in"), choices=[])
    onboarding_days = DaysField(
        lazy_gettext("Days for newcomers"),
        [NEEDED, FROM_NONE],
        description=lazy_gettext("From the moment at which somebody enters a queue that needs it, or it is new there."),
    )
    grace_days = DaysField(
        lazy_gettext("Days after a change"),
        [NEEDED, FROM_NONE],
        description=lazy_gettext("To learn a new version that does not say it itself."),
    )
    valid_days = DaysField(
        lazy_gettext("Days for which it counts"),
        [Optional(), FROM_ONE],
        description=lazy_gettext("How long what somebody has shown counts. Leave it empty for: without end."),
    )
    window_days = DaysField(
        lazy_gettext("Days of renewal"),
        [NEEDED, FROM_NONE],
        description=lazy_gettext("So long before it ends it can be renewed without losing days."),
    )
    reentry_days = DaysField(
        lazy_gettext("Days away before it starts anew"),
        [NEEDED, FROM_NONE],
        description=lazy_gettext("Whoever comes back to the queue after a longer time is a newcomer again."),
    )
    from_at = FromField(
        lazy_gettext("From"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], render_kw={"step": 60}
    )
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
        description=lazy_gettext("It stays in the record."),
        render_kw={"rows": 2},
    )
    seen = HiddenField()

    def __init__(self, *args: Any, zone: ZoneInfo, offered: Mapping[str, str], **options: Any) -> None:
        """`zone` is the one in which the moment is typed; `offered` are the queues, slug to name."""
        super().__init__(*args, **options)
        self.zone = zone
        self.queues.choices = [SelectChoice(slug, name) for slug, name in offered.items()]

    def validate_from_at(self, field: DateTimeLocalField) -> None:
        """A moment that the clocks jump over does not exist."""
        refuse_skipped(field.data, self.zone)

    @property
    def moment(self) -> datetime | None:
        """The moment typed, in UTC; None for now."""
        typed = self.from_at.data
        return typed.replace(tzinfo=self.zone).astimezone(UTC) if typed else None

    @property
    def wanted(self) -> Requirement:
        """What is asked for."""
        return Requirement(
            queues=frozenset(self.queues.data or ()),
            is_everybody=self.is_everybody.data,
            **{name: self[name].data for name in DAYS},
        )

    @property
    def last_seen(self) -> int:
        """The settings that were the last ones when the page was made; -1 for what is not understood."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be sent again."""
        boxes = [("is_everybody", "y")] if self.is_everybody.data else []
        boxes += [("queues", slug) for slug in self.queues.data or ()]
        typed = [(name, " ".join(map(str, self[name].raw_data or ()))) for name in (*DAYS, "from_at")]
        return [*boxes, *typed, ("reason", self.reason.data or "")]
