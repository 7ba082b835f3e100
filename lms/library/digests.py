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

from lms.domain.quizzes import Item, Lesson, LessonSection, Picture, QuizRules, Teaching
from lms.library.item_parts import Json, item_from, item_key, item_question

__all__ = ["Json", "item_from", "item_key", "item_question"]


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


def rules_to_dict(rules: QuizRules) -> Json:
    """Give the quiz rules as JSON values; `QuizRules(**stored)` undoes it."""
    return asdict(rules)


def digest_of(value: Json) -> str:
    """SHA-256, hex, over the canonical JSON of a value."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))  # ASCII: a lone surrogate is no error
    return hashlib.sha256(canonical.encode()).hexdigest()
