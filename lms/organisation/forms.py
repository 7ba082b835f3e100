"""What may be typed about teams and queues."""

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.forms import Form

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
