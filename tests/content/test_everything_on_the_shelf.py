"""The content that we ship passes its own checks."""

from pathlib import Path

import pytest

from lms.domain.grading import grade
from lms.domain.quizzes import Answer, QuizRules
from lms.library import html
from lms.library.shelf import Shelf, ShelfPolicy

ROOT = Path(__file__).parents[2]
SHELF, _ = Shelf.read(ROOT)


def test_every_folder_is_read() -> None:
    assert {policy.slug for policy in SHELF.policies} == {
        path.name for path in (ROOT / "content").iterdir() if path.is_dir()
    }


@pytest.mark.parametrize("policy", SHELF.policies, ids=lambda policy: policy.slug)
def test_every_text_is_shown_as_markdown(policy: ShelfPolicy) -> None:
    texts = [*policy.texts.values(), *(section.body for lesson in policy.lessons for section in lesson.sections)]
    assert not any(html.is_tangled(text) for text in texts)
    assert all(html.render(text).startswith("<") for text in texts)


@pytest.mark.parametrize("policy", SHELF.policies, ids=lambda policy: policy.slug)
def test_every_key_wins_its_points(policy: ShelfPolicy) -> None:
    for item in policy.items:
        answer = Answer(options=tuple(item.keys), citation=item.cites_key)
        assert grade([item], {item.id: answer}, rules=QuizRules()).is_passed, item.id
