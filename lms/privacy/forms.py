"""What an administrator types to erase somebody."""

from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.forms import Form


class EraseForm(Form):
    """The external id, so that nobody is erased by a slip, and why."""

    external_id = StringField(
        lazy_gettext("External id of this person, to be sure"), [InputRequired(lazy_gettext("Type the external id."))]
    )
    reason = TextAreaField(lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why."))], render_kw={"rows": 3})
