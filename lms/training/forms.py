"""What an agent may send: answers, one at a time or a whole page of them, and which refresher or version is meant."""

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from lms.domain.quizzes import Answer
from lms.domain.translations import ORIGINAL
from lms.forms import Form
from lms.languages import CODE

LARGEST = 2**31 - 1
ANSWER, CITATION = "answer-", "citation-"
"""Field names of a whole page begin so; the number of the question follows."""


class SaveForm(Form):
    """One answer, as quiz.js sends it."""

    item = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    option = SelectMultipleField(validate_choice=False)
    citation = StringField()
    revision = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])

    @property
    def answer(self) -> Answer:
        """What was chosen."""
        return Answer(options=tuple(dict.fromkeys(self.option.data)), citation=self.citation.data or None)


class AnswersForm(Form):
    """A whole page of answers; `revision` is the last that the page knew of."""

    revision = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)], default=0)


class StartForm(Form):
    """Which refresher a quiz or a signature is for, if any, and in which language its module was read."""

    refresher = IntegerField(validators=[Optional(), NumberRange(1, 2**63 - 1)])
    language = StringField(validators=[Optional(), Regexp(CODE)], default=ORIGINAL)


class AcknowledgeForm(Form):
    """Which emergency version was seen."""

    version = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])


def answers_in(sent: MultiDict[str, str]) -> dict[int, Answer]:
    """The answers of a whole page by number of the question. Raises ValueError for a question without a number.

    A question that offers nothing but a clause to cite, or of which nothing is chosen, is there as an empty answer when
    the page sent any field of it.
    """
    found: dict[int, Answer] = {}
    for name in sent:
        for prefix in (ANSWER, CITATION):
            if name.startswith(prefix):
                number = name.removeprefix(prefix)
                found[int(number)] = Answer(
                    options=tuple(dict.fromkeys(sent.getlist(f"{ANSWER}{number}"))),
                    citation=sent.get(f"{CITATION}{number}") or None,
                )
    return found
