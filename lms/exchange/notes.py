"""What is told of single questions: what was lost on the way into our items, and why one cannot become an item."""

from lms.domain.errors import Told
from lms.library.problems import Problem

# What was lost, or is otherwise here.
PARTS_LOST = Told("Some answers give a part of the points there; here they are wrong and give none.")
TAKEN_AWAY = Told("Wrong answers take points away there; here they give none.")
OTHER_SHARES = Told(
    "Here every right choice adds the same share and every wrong one takes it away; the shares of the file are not "
    "taken over."
)
GENERAL = Told("Its general feedback stands behind the feedback of every answer.")
WHOLE_FEEDBACK = Told("Feedback for right or wrong answers as a whole is left out: it is by answer here.")
PLAIN = Told("Bold, lists, links and the like in its answers or feedback are left out: these are plain words here.")
LESS = Told("Some of its layout is left out: tables, raised or crossed-out words. Read it once.")
UNSEEN = Told("Characters that nobody sees are left out.")
CASE = Told("Capital and small letters make no difference here.")
KEPT_ORDER = Told("Its answers had a fixed order there; here they are shuffled.")
HINTS = Told("Its hints are left out.")
OTHER_POINTS = Told("It is worth more or less than one point there; here every question counts the same.")
OTHER_TOLERANCE = Told("Here one tolerance is for all its numbers: that of the right one.")
TOO_NEAR = Told("Numbers that come too near to the right one are left out.")
OTHER_CREDIT = Told("Points for a part of it are given by another rule here.")
MERGED = Told("Its right answers are one here, with the feedback of the first.")
ANYTHING = Told("What it says to “any other answer” (*) is left out.")
SOME_SHOWN = Told("Only some of its parts are shown there; here all of them are.")
GAP = Told("The place of the answer is a gap (____) in the text.")
UNIT_PENALTY = Told("Points for a missing or wrong unit are not taken over: here the unit is chosen.")
SMALLEST_UNIT = Told("Its numbers are in the smallest of its units here.")
UNITS = Told("Its units cannot be told as whole or short multiples of the smallest. Leave out all but one.")
RUBRIC = Told("Notes for graders or people are left out.")
OTHER_FEEDBACK = Told("Feedback that belongs to no single answer is left out.")
FORMULA = Told("A cell begins like a formula (=, +, -, @); it is taken as words.")
CHANGED_ELSEWHERE = Told(
    "It was changed since it left here: what QTI has no words for (old rules, cases and the like) is left out."
)
SCORING = Told("How points are given is not told in a way that is read here; the right answers are taken.")

# Of all of a file.
PENALTIES = Told("Penalties for repeated tries, and how answers are numbered, are not taken over.")

# Why one cannot be taken.
PICTURE = Told("It has a picture, a sound or a formula, which items here cannot have. Say in words what it shows.")
ESSAY = Told("It is answered in free words (an essay), which nobody grades here. Ask for a decision instead.")
NO_ANSWER = Told("It has no answers: it is a text, not a question.")
NO_KEY = Told("None of its answers is the right one. Mark one in the source.")
SEVERAL_KEYS = Told("Several of its answers are right, but only one can be chosen. Leave one, or allow several.")
SEVERAL_NUMBERS = Told("Several numbers are right. Leave one, with a tolerance.")
NEGATIVE = Told("It has a number below zero, which cannot be answered here. Ask it another way.")
NO_NUMBER = Told("One of its answers is no number.")
PATTERN = Told("Its right answer is a pattern (*, or a regular expression). Write out what may be answered.")
EMPTY = Told("An answer of it is empty.")
NO_STEM = Told("It has no words to ask with.")
BROKEN = Told("It cannot be understood. Look at it in the source, and at the one before it.")
PAIRS = Told("Not each of its parts belongs to exactly one choice. Give each one choice.")
SEVERAL_GAPS = Told("It asks for several answers at once. Make a question of each.")
STIMULUS = Told("It shares a text that stands in another file. Write the text into the question.")
RELATIVE = Told("How near its number must be is told in per cent or digits. Say it as a number, such as 0.5.")
CHANGING = Told("Its numbers or words are drawn anew each time. Write it out once.")
NO_INTERACTION = Told("There is nothing to answer in it.")


def kind_unknown(kind: str) -> Told:
    """A type of question that we do not have."""
    return Told("There are no items of the type “%(kind)s” here. Ask it as one of ours.", kind=kind[:60])


def bad_cell(column: str, why: str) -> Told:
    """A cell of a table that says what it cannot."""
    return Told("Column %(column)s: %(why)s.", column=column, why=why)


# Why one does not fit the draft.
NO_CLAUSE = Told(
    "It names no clause. Give it a tag, a category or a keyword that is the id of a clause, or choose one for all that "
    "name none."
)
CASE_NOT_WHOLE = Told("Another item of its case cannot come in or is missing, and a case comes in whole.")
TWICE = Told("The very same stands in the file before it; it counts once.")


def called(id: str) -> Told:
    """It got another name than it has."""
    return Told("Another one in the file has its name: here it is “%(id)s”.", id=id)


def no_such_clause(clause: str) -> Told:
    """It names a clause that is not in the draft."""
    return Told("The draft has no clause “%(clause)s”. Name one that it has.", clause=clause[:60])


def no_such_picture(address: str) -> Told:
    """It shows a picture that nobody checked."""
    return Told(
        "It shows the picture “%(address)s”, which the draft does not have. Load it from the files of the policy "
        "first.",
        address=address[:200],
    )


def other_version(number: int) -> Told:
    """Its versions leave out the draft."""
    return Told("By its since and until it is not for version %(number)s. Change them, or leave it out.", number=number)


def another_there(id: str) -> Told:
    """An item with its id says something else."""
    return Told(
        "The draft has another item “%(id)s”. Give it another name, or say that it takes the place of that one.", id=id
    )


def does_not_fit(problem: Problem) -> Told:
    """What the rules of quiz files say of it."""
    return Told("%(problem)s: %(remedy)s.", problem=problem.message, remedy=problem.remedy)
