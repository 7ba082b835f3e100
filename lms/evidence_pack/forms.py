"""What somebody may ask a pack about: choices by what they answer for."""

from datetime import datetime

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.domain.errors import DomainError
from lms.forms import Form, moment_of
from lms.languages import said

MINE = "mine"
LABELS = {
    MINE: lazy_gettext("My own record"),
    "person": lazy_gettext("A person"),
    "team": lazy_gettext("A team and those below it"),
    "period": lazy_gettext("Everybody I answer for"),
    "version": lazy_gettext("A version of a policy"),
}
LOCAL = {"type": "datetime-local", "step": "1"}


class PackForm(Form):
    """What about, and which period. The view sets the choices, and takes away what this reader cannot ask."""

    about = RadioField(lazy_gettext("About"), [InputRequired(lazy_gettext("Choose what it is about."))], choices=[])
    person = StringField(lazy_gettext("E-mail of the person"))
    team = SelectField(lazy_gettext("Team"), [Optional()], choices=[], validate_choice=False)
    version = SelectField(lazy_gettext("Version"), [Optional()], choices=[], validate_choice=False)
    since = StringField(lazy_gettext("From"), render_kw=LOCAL)
    until = StringField(lazy_gettext("To"), render_kw=LOCAL)

    def moment(self, name: str, zone: str) -> datetime | None:
        """A moment as typed in the reader's zone; what is none becomes the field's error."""
        field = self[name]
        try:
            return moment_of(field.data or "", zone)
        except DomainError as wrong:
            field.errors = [said(wrong)]
            return None

    def offer(self, *, abouts: list[str], teams: list[str], versions: list[tuple[str, str]]) -> None:
        """Set what this reader may choose; `abouts` are keys of LABELS."""
        self.about.choices = [(each, LABELS[each]) for each in abouts]
        self.team.choices = [("", gettext("Choose a team")), *((path, path) for path in teams)]
        self.version.choices = [("", gettext("Choose a version")), *versions]
