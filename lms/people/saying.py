"""What a file of people, leave, queues or past completions is refused for, line by line in the reader's language.

Columns stay as the file names them. `str(problem)` is the same in English.
"""

from flask_babel import gettext

from lms.domain.errors import DomainError
from lms.languages import said
from lms.people.importing import ImportRefused
from lms.people.table_file import Problem


def lines_of(refused: DomainError) -> list[str]:
    """Every line of a refusal; one that is not about the contents of a file has one."""
    if not isinstance(refused, ImportRefused):
        return [said(refused)]
    lines = [said(refused.head), *map(line_of, refused.problems)]
    return [*lines, said(refused.rest)] if refused.rest else lines


def line_of(problem: Problem) -> str:
    """One mistake: where it stands and what to do about it."""
    row, column, message = problem.row, problem.column, said(problem.message)
    if row and column:
        return gettext("row %(row)s, %(column)s: %(message)s", row=row, column=column, message=message)
    if row:
        return gettext("row %(row)s: %(message)s", row=row, message=message)
    return f"{column}: {message}" if column else message
