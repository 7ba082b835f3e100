"""What may be typed about teams and queues."""

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from lms.forms import Form

TOP = SelectChoice("", "At the top")


class TeamForm(Form):
    """A team's name and the team above it; the choices are set by the view."""

    name = StringField("Name", [InputRequired("Write a name.")])
    parent = SelectField("Below", choices=[TOP], default="")


class QueueForm(Form):
    """A queue's name on screen."""

    name = StringField("Name", [InputRequired("Write a name.")])


class NewQueueForm(QueueForm):
    """The same, and the short name that stays."""

    slug = StringField("Short name", [InputRequired("Write a short name.")], description="Policies name it; it stays.")
