"""What an agent may send: answers, one at a time or a whole page of them, and which refresher or version is meant."""

from collections import defaultdict

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from lms.domain.marking import MATCHED, PLACED
from lms.domain.quizzes import Answer
from lms.domain.translations import ORIGINAL
from lms.forms import Form
from lms.languages import CODE

LARGEST = 2**31 - 1
ANSWER, CITATION, TYPED = "answer-", "citation-", "typed-"
PLACE, MATCH = "place-", "match-"
"""Field names of a whole page begin so; the number of the question follows, and for the last two the option."""


class SaveForm(Form):
    """One answer, as quiz.js sends it."""

    item = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    option = SelectMultipleField(validate_choice=False)
    citation = StringField()
    typed = StringField()
    revision = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])

    @property
    def answer(self) -> Answer:
        """What was chosen."""
        return Answer(
            options=tuple(dict.fromkeys(self.option.data)),
            citation=self.citation.data or None,
            typed=(self.typed.data or "").strip(),
        )


class AnswersForm(Form):
    """A whole page of answers; `revision` is the last that the page knew of."""

    revision = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)], default=0)
    flag = IntegerField(validators=[Optional(), NumberRange(1, LARGEST)])
    """The question that is to be flagged, where that button was pressed …"""
    swap = IntegerField(validators=[Optional(), NumberRange(1, LARGEST)])
    """… or swapped for another."""


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
    chosen: dict[int, list[str]] = {}
    more: dict[int, dict[str, str]] = defaultdict(dict)
    for name in sent:
        kind, _, rest = name.partition("-")
        number, _, option = rest.partition("-")
        if f"{kind}-" in (ANSWER, CITATION, TYPED):
            chosen.setdefault(int(rest), [])
            chosen[int(rest)] += sent.getlist(name) if f"{kind}-" == ANSWER else []
            more[int(rest)][f"{kind}-"] = sent.get(name, "")
        elif f"{kind}-" in (PLACE, MATCH):
            value = sent.get(name, "")
            mark = PLACED if f"{kind}-" == PLACE else MATCHED
            chosen.setdefault(int(number), []).extend([f"{option}{mark}{value}"] if value else [])
    return {
        number: Answer(
            options=tuple(dict.fromkeys(each for each in options if each)),
            citation=more[number].get(CITATION) or None,
            typed=more[number].get(TYPED, "").strip(),
        )
        for number, options in chosen.items()
    }
