"""What an administrator types to erase somebody."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.forms import Form


class EraseForm(Form):
    """The external id, so that nobody is erased by a slip, and why."""

    external_id = StringField("External id of this person, to be sure", [InputRequired("Type the external id.")])
    reason = TextAreaField("Why", [InputRequired("Say why.")], render_kw={"rows": 3})
