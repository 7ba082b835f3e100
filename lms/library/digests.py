"""What a version freezes, as JSON and back, and its SHA-256 digests.

An item is kept in two parts, the question and its key, because pages for learners may reach the first only.
Canonical JSON here is RFC 8785 for the values we have: text, whole numbers, true, false, null, lists, objects with
ASCII keys. Source: domain.md section 2 (digest).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from lms.domain.quizzes import Item, ItemType, Lesson, LessonSection, Option, Picture, QuizRules, Teaching

Json = dict[str, Any]


def version_digest(
    text: str, *, lessons: Iterable[Lesson], items: Iterable[Item], rules: QuizRules, language: str = "en"
) -> str:
    """SHA-256, hex, over all that a version freezes in one language, in whatever order lessons and items come."""
    return digest_of(
        {
            "language": language,
            "text": text,
            "lessons": sorted(lesson_digest(lesson) for lesson in lessons),
            "items": sorted(item_digest(item) for item in items),
            "rules": rules_to_dict(rules),
        }
    )


def lesson_digest(lesson: Lesson) -> str:
    """SHA-256, hex, over everything in a lesson."""
    return digest_of(lesson_to_dict(lesson))


def item_digest(item: Item) -> str:
    """SHA-256, hex, over an item with its key: names one revision of the item."""
    return digest_of({"question": item_question(item), "key": item_key(item)})


def lesson_to_dict(lesson: Lesson) -> Json:
    """Give the lesson as JSON values; one without pictures says nothing of them, as before there were any."""
    pictures = [{"address": picture.address, "svg": picture.svg} for picture in lesson.pictures]
    return {
        "slug": lesson.slug,
        "title": lesson.title,
        "teaches": list(lesson.teaches),
        "sections": [
            {"title": section.title, "body": section.body, "teaches": list(section.teaches)}
            for section in lesson.sections
        ],
        "validity": asdict(lesson.validity),
        "sensitive": lesson.sensitive,
        **({"pictures": pictures} if pictures else {}),
    }


def lesson_from_dict(stored: Mapping[str, Any]) -> Lesson:
    """Undo `lesson_to_dict`."""
    return Lesson(
        slug=stored["slug"],
        title=stored["title"],
        teaches=tuple(stored["teaches"]),
        sections=tuple(
            LessonSection(title=section["title"], body=section["body"], teaches=tuple(section["teaches"]))
            for section in stored["sections"]
        ),
        validity=Teaching(**stored["validity"]),
        sensitive=stored["sensitive"],
        pictures=tuple(Picture(**picture) for picture in stored.get("pictures", ())),
    )


def item_question(item: Item) -> Json:
    """Give what a learner may see before answering, and what drawing needs.

    Of a decision, `clauses` would give the citation away: pages show them after submission only.
    """
    return {
        "id": item.id,
        "type": item.type.value,
        "clauses": list(item.clauses),
        "stem": item.stem,
        "options": [{"id": option.id, "text": option.text} for option in item.options],
        "citations": list(item.citations),
        "validity": asdict(item.validity),
        "is_critical": item.is_critical,
        "sensitive": item.sensitive,
    }


def item_key(item: Item) -> Json:
    """Give what leaves the server after submission only: keys, feedback, old rules, the clause to cite."""
    return {
        "keys": [option.id for option in item.options if option.is_key],
        "feedback": {option.id: option.feedback for option in item.options if option.feedback},
        "right_until": {option.id: option.right_until for option in item.options if option.right_until is not None},
        "cites_key": item.cites_key,
        "cites_others": list(item.cites_others),
    }


def item_from(question: Mapping[str, Any], key: Mapping[str, Any]) -> Item:
    """Undo `item_question` and `item_key`."""
    return Item(
        id=question["id"],
        type=ItemType(question["type"]),
        clauses=tuple(question["clauses"]),
        stem=question["stem"],
        options=tuple(
            Option(
                id=option["id"],
                text=option["text"],
                is_key=option["id"] in key["keys"],
                feedback=key["feedback"].get(option["id"], ""),
                right_until=key["right_until"].get(option["id"]),
            )
            for option in question["options"]
        ),
        validity=Teaching(**question["validity"]),
        is_critical=question["is_critical"],
        sensitive=question["sensitive"],
        cites_key=key["cites_key"],
        cites_others=tuple(key["cites_others"]),
    )


def rules_to_dict(rules: QuizRules) -> Json:
    """Give the quiz rules as JSON values; `QuizRules(**stored)` undoes it."""
    return asdict(rules)


def digest_of(value: Json) -> str:
    """SHA-256, hex, over the canonical JSON of a value."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))  # ASCII: a lone surrogate is no error
    return hashlib.sha256(canonical.encode()).hexdigest()
