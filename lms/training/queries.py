"""Every query of training in one place, for the views and for other features; each lives where it is imported from."""

from lms.training.assignments import AssignedRefresher, Assignment, assigned, assignment, live, newest, open_refreshers
from lms.training.attempts import About, Question, quiz_page
from lms.training.drawn import Correction, Drawn, answers_of, as_frozen, by, ever_asked, graded, graded_item
from lms.training.given import Given, given
from lms.training.home import home, queues_of
from lms.training.marking import worth
from lms.training.modules import ModulePage, Step, assembled, module_page, next_step
from lms.training.record import record
from lms.training.results import result_page, sign_page
from lms.training.shelf import Frozen, changed_in, frozen, reasons, wordings
from lms.training.signed import Signed, signature, signed_in_run
from lms.training.teaching import Taught, numbers, taught, texts_shown
from lms.training.told import Telling, ToldOption, right_order, told_options

__all__ = [
    "About",
    "AssignedRefresher",
    "Assignment",
    "Correction",
    "Drawn",
    "Frozen",
    "Given",
    "ModulePage",
    "Question",
    "Signed",
    "Step",
    "Taught",
    "Telling",
    "ToldOption",
    "answers_of",
    "as_frozen",
    "assembled",
    "assigned",
    "assignment",
    "by",
    "changed_in",
    "ever_asked",
    "frozen",
    "given",
    "graded",
    "graded_item",
    "home",
    "live",
    "module_page",
    "newest",
    "next_step",
    "numbers",
    "open_refreshers",
    "queues_of",
    "quiz_page",
    "reasons",
    "record",
    "result_page",
    "right_order",
    "sign_page",
    "signature",
    "signed_in_run",
    "taught",
    "texts_shown",
    "told_options",
    "wordings",
    "worth",
]
