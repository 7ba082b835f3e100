"""What somebody writes who flags something, and what a policy owner answers."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from lms.domain.translations import ORIGINAL
from lms.flags.queries import LONGEST_WORDS, FlagKind, FlagOutcome
from lms.forms import Form
from lms.languages import CODE

SHORTEST, LONGEST_ANSWER = 5, 1000
LARGEST_ID = 2**63 - 1
KINDS = (
    SelectChoice(FlagKind.UNCLEAR.value, lazy_gettext("It is unclear")),
    SelectChoice(FlagKind.WRONG.value, lazy_gettext("It is wrong")),
    SelectChoice(FlagKind.OUTDATED.value, lazy_gettext("It is out of date")),
    SelectChoice(FlagKind.TYPO.value, lazy_gettext("It has a typing mistake")),
)
OUTCOMES = (
    SelectChoice(FlagOutcome.FIXED.value, lazy_gettext("Fixed, or will be in the next version")),
    SelectChoice(FlagOutcome.STAYS.value, lazy_gettext("Not changed, because …")),
    SelectChoice(FlagOutcome.VOID.value, lazy_gettext("The question will be void: it will not count")),
)


class FlagForm(Form):
    """What is the matter with something."""

    kind = RadioField(
        lazy_gettext("What is the matter?"),
        [InputRequired(lazy_gettext("Choose one of them."))],
        choices=KINDS,
    )
    words = TextAreaField(
        lazy_gettext("In your words"),
        [
            InputRequired(lazy_gettext("Say in a few words what you found.")),
            Length(
                SHORTEST,
                LONGEST_WORDS,
                lazy_gettext("Write %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST_WORDS),
            ),
        ],
        description=lazy_gettext(
            "Policy owners read it without your name. Leave out names and what could tell who you are."
        ),
    )
    clause = StringField()
    lesson = StringField()
    refresher = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])
    language = StringField(validators=[Optional(), Regexp(CODE)], default=ORIGINAL)


class SettleForm(Form):
    """What becomes of flags; `flag` are those that the page showed."""

    outcome = RadioField(
        lazy_gettext("What becomes of it?"),
        [InputRequired(lazy_gettext("Choose one of them."))],
        choices=OUTCOMES,
    )
    words = TextAreaField(
        lazy_gettext("Your answer"),
        [
            InputRequired(lazy_gettext("Say what becomes of it, and why.")),
            Length(
                SHORTEST,
                LONGEST_ANSWER,
                lazy_gettext("Write %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST_ANSWER),
            ),
        ],
    )
    flag = SelectMultipleField(coerce=int, validate_choice=False)
