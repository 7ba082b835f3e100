"""Gives the text of a YAML file its types, and says in an author's words what does not fit.

The models of the single files are in `policy_files.py`, `lesson_files.py` and `quiz_files.py`. Source: formats.md.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from lms.domain.translations import ORIGINAL
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document, Path, dotted

MAX_SLUG = 64
ZONE = "zone"
"""Key of the validation context that holds the time zone of bare dates."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_AMOUNT = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?", re.ASCII)
_MOMENT = re.compile(r"[12]\d{3}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?", re.ASCII)


class Wrong(ValueError):
    """A value does not fit: `message` says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)


class Form(BaseModel):
    """A mapping in a file whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong("this is not text", "write words after the colon")
    if not any(character.isprintable() and not character.isspace() for character in value):
        raise Wrong("this is empty", "write something, or leave the key out if it is not needed")
    return value


def _line(value: object) -> str:
    if "\n" in _text(value):
        raise Wrong("this has several lines", "write it in one line")
    return str(value)


def _slug(value: object) -> str:
    text = _line(value)
    if len(text) > MAX_SLUG or not _SLUG.fullmatch(text):
        remedy = f"use small letters a-z, digits and single hyphens, {MAX_SLUG} at most"
        raise Wrong(f"`{text[:MAX_SLUG]}` cannot be a name here", remedy)
    return text


def _number(value: object) -> int:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    raise Wrong("this is not a whole number", "write digits only, without a sign, a point or zeros in front")


def _truth(value: object) -> bool:
    if value not in ("true", "false"):
        raise Wrong("this is neither true nor false", "write true or false")
    return value == "true"


def _moment(value: object, info: ValidationInfo) -> datetime:
    text = value if isinstance(value, str) else ""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        remedy = "write 2026-01-05T09:00:00-08:00, or 2026-01-05 for 00:00 in the time zone of the policy"
        raise Wrong("this is not a moment", remedy) from None
    zone: tzinfo = (info.context or {}).get(ZONE, UTC)
    return (moment if moment.tzinfo else datetime.combine(moment, time.min, zone)).astimezone(UTC)


def language(value: object) -> str:
    """Check the code of a language that something is translated into. Raises Wrong."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise Wrong(f"`{str(value)[:12]}` is no language", "write its code in two or three small letters, such as es")
    if value == ORIGINAL:
        raise Wrong("English is what is translated", "choose another language, or delete it")
    return value


def between(least: int, most: int) -> Callable[[object], int]:
    """Give a validator for whole numbers in a range, ends included."""

    def check(value: object) -> int:
        number = _number(value)
        if not least <= number <= most:
            raise Wrong(f"{number} is out of range", f"write a number from {least} to {most}")
        return number

    return check


def amount(value: object) -> Decimal:
    """Check a number of 0 or more, with a point. Raises Wrong."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise Wrong("this is not a number", "write digits, with a point where it has a fraction, such as 0.5")
    return Decimal(value)


def or_null(check: Callable[[object], int]) -> Callable[[object], int | None]:
    """Give a validator that takes `null` besides."""
    return lambda value: None if value == "null" else check(value)


MAX_DAYS = 3650
Text = Annotated[str, BeforeValidator(_text)]
"""Kept exactly; not empty, not only blanks."""
Line = Annotated[str, BeforeValidator(_line)]
Slug = Annotated[str, BeforeValidator(_slug)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""In UTC."""
Count = Annotated[int, BeforeValidator(between(1, 9999))]
"""Such as the number of a version."""
Days = Annotated[int, BeforeValidator(between(0, MAX_DAYS))]

FormType = TypeVar("FormType", bound=Form)


def read_as(form: type[FormType], document: Document, *, context: Mapping[str, Any] | None = None) -> FormType:
    """Give the document as `form`. Raises ContentError with everything that does not fit."""
    try:
        return form.model_validate(document.value, context=dict(context or {}))
    except ValidationError as error:
        raise ContentError(_problem(document, form, details) for details in error.errors()) from None


def problem_at(document: Document, path: Path, wrong: Wrong) -> Problem:
    """Give what is wrong with the value at a path."""
    return Problem(document.file, document.line(path), dotted(path), wrong.message, wrong.remedy)


def refuse_twins(values: Iterable[tuple[Path, str]], *, document: Document, what: str) -> list[Problem]:
    """Give a problem for each (path, value) whose value came before."""
    known: set[str] = set()
    problems = []
    for path, value in values:
        if value in known:
            wrong = Wrong(f"there are two {what} `{value}`", "change one of them or delete it")
            problems.append(problem_at(document, path, wrong))
        known.add(value)
    return problems


def _problem(document: Document, form: type[Form], details: ErrorDetails) -> Problem:
    path = details["loc"]
    error = details.get("ctx", {}).get("error")
    if isinstance(error, Wrong):
        return problem_at(document, path, error)
    if details["type"] == "missing":
        message, remedy = f"`{path[-1]}` is missing", "add it"
    elif details["type"] == "extra_forbidden":
        message, remedy = f"the key `{path[-1]}` is not known here", _known_keys(form, path)
    elif details["type"] == "literal_error" or details["type"] == "enum":
        message, remedy = "this is none of the words that may stand here", f"write {details['ctx']['expected']}"
    else:
        message, remedy = "this has another shape than expected", details["msg"].removeprefix("Input ")
    return problem_at(document, path, Wrong(message, remedy))


def _known_keys(form: type[Form], path: Path) -> str:
    """Name the key that was probably meant, else what may lead an unquoted text to be read as a key."""
    fields = _fields(form)
    close = get_close_matches(str(path[-1]), fields, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    return "delete it; if it is part of a text with a comma or colon, put the whole text in quotes"


def _fields(form: type[Form]) -> set[str]:
    """Every key that may stand anywhere in a form."""
    schema = form.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}
