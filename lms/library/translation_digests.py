"""A translation as JSON and back, and its digest. Source: domain.md section 2 (digest, by language)."""

from collections.abc import Mapping
from typing import Any

from lms.domain.translations import ClauseWords, ItemWords, LessonWords, Translation
from lms.library.digests import Json, digest_of


def to_dict(translation: Translation) -> Json:
    """Give everything but the feedback as JSON values."""
    return {
        "title": translation.title,
        "clauses": {
            name: {"title": each.title, "source": each.source, "path": list(each.path)}
            for name, each in translation.clauses.items()
        },
        "lessons": {
            name: {"title": each.title, "sensitive": each.sensitive, "sections": [list(part) for part in each.sections]}
            for name, each in translation.lessons.items()
        },
        "items": {
            name: {"stem": each.stem, "sensitive": each.sensitive, "options": dict(each.options), **_more(each)}
            for name, each in translation.items.items()
        },
    }


def _more(words: ItemWords) -> Json:
    """What only some items have is not written where there is none."""
    more: Json = {"choices": dict(words.choices), "units": dict(words.units), "case": words.case}
    return {name: value for name, value in more.items() if value}


def feedback_of(translation: Translation) -> Json:
    """Give the feedback, which leaves the server after submission only: item, option, words."""
    return {name: dict(each.feedback) for name, each in translation.items.items() if each.feedback}


def forms_of(translation: Translation) -> Json:
    """Give what may be written for a short text, which only grading and results read: item, option, forms."""
    return {
        name: {option: list(forms) for option, forms in each.forms.items()}
        for name, each in translation.items.items()
        if each.forms
    }


def from_dict(language: str, body: Mapping[str, Any], feedback: Mapping[str, Any] | None = None) -> Translation:
    """Undo `to_dict` and `feedback_of`; without `feedback` the items have none, and forms are never among them."""
    told = feedback or {}
    return Translation(
        language=language,
        title=body["title"],
        clauses={
            name: ClauseWords(title=each["title"], source=each["source"], path=tuple(each["path"]))
            for name, each in body["clauses"].items()
        },
        lessons={
            name: LessonWords(
                title=each["title"],
                sensitive=each["sensitive"],
                sections=tuple((title, text) for title, text in each["sections"]),
            )
            for name, each in body["lessons"].items()
        },
        items={name: ItemWords(**each, feedback=told.get(name, {})) for name, each in body["items"].items()},
    )


def digest(body: Json, feedback: Json, *, policy: str, number: int, language: str, forms: Json | None = None) -> str:
    """SHA-256, hex, over the words and over which version they are of; without forms as before there were any."""
    more: Json = {"forms": forms} if forms else {}
    return digest_of({"of": [policy, number], "language": language, "words": body, "feedback": feedback, **more})
