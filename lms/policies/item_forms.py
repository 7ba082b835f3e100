"""What an owner may send to bring items of other systems into a draft."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from lms.forms import Form

LARGEST = 1_400_000
"""Bytes of a file that can be sent back with its confirmation; a larger one takes the command."""


class BringForm(Form):
    """A file of items."""

    file = FileField(
        lazy_gettext("File"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext("GIFT, Moodle XML, QTI 2.1 to 3.0 (a package or one item), our CSV, our YAML."),
    )
    clause = SelectField(
        lazy_gettext("Clause for items that name none"),
        [Optional()],
        description=lazy_gettext("A tag, a category or a keyword that is the id of a clause names it."),
    )
    is_replacing = BooleanField(lazy_gettext("Items in the file take the place of those with the same id"))

    def __init__(self, formdata: Any = True, *, clauses: Mapping[str, str], **options: Any) -> None:
        """`clauses` are those of the draft: titles by id."""
        given = {} if formdata is True else {"formdata": formdata}
        super().__init__(**given, **options)
        self.clause.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(id, title) for id, title in clauses.items()),
        ]


class ConfirmForm(Form):
    """The file that was shown, as it is sent back."""

    content = HiddenField()
    filename = HiddenField()
    clause = HiddenField()
    is_replacing = HiddenField()
