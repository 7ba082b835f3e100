"""What may be typed about teams and queues."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.domain.readiness import Answer
from lms.filters import zone
from lms.forms import Form, QuestionNotUnderstood, moment_of
from lms.languages import said
from lms.wording import WORDS

TOP = SelectChoice("", lazy_gettext("At the top"))


class TeamForm(Form):
    """A team's name and the team above it; the choices are set by the view."""

    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Write a name."))])
    parent = SelectField(lazy_gettext("Below"), choices=[TOP], default="")


class QueueForm(Form):
    """A queue's name on screen."""

    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Write a name."))])


class NewQueueForm(QueueForm):
    """The same, and the short name that stays."""

    slug = StringField(
        lazy_gettext("Short name"),
        [InputRequired(lazy_gettext("Write a short name."))],
        description=lazy_gettext("Policies name it; it stays."),
    )


class WhyForm(Form):
    """Why a team or queue is closed, or opened again."""

    why = TextAreaField(
        lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), Length(max=2000)], render_kw={"rows": 2}
    )


class VendorForm(WhyForm):
    """What a vendor is called from now on, and why."""

    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Write a name.")), Length(max=200)])


class FromField(DateTimeLocalField):
    """A moment in the reader's zone, which the page names; `data` is UTC."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            self.data = moment_of(" ".join(valuelist).strip(), zone().key)
        except QuestionNotUnderstood as wrong:
            self.data = None
            raise ValueError(said(wrong)) from wrong

    def _value(self) -> str:
        return " ".join(self.raw_data or ())


def _answer(label: Any) -> SelectField:
    return SelectField(
        label, [InputRequired()], choices=[SelectChoice(each.value, WORDS[each.value]) for each in Answer]
    )


class GateForm(WhyForm):
    """What standings mean at the gate of a queue, from when, and why."""

    provisional = _answer(lazy_gettext("Who is provisional"))
    due = _answer(lazy_gettext("Who has something due"))
    overdue = _answer(lazy_gettext("Who is overdue"))
    held = _answer(lazy_gettext("Who is on hold"))
    is_confirmed = BooleanField(
        lazy_gettext("I mean it: who is overdue or on hold may take work here"),
        description=lazy_gettext("Needed only where one of those two may take work without caution."),
    )
    from_at = FromField(lazy_gettext("From"), [Optional()])
