"""The content that we ship passes its own checks."""

from functools import lru_cache
from pathlib import Path

import pytest

from lms.domain.grading import grade
from lms.domain.marking import right_answer
from lms.domain.quizzes import QuizRules
from lms.library import html
from lms.library.shelf import Shelf, ShelfPolicy

ROOT = Path(__file__).parents[2]
POLICIES = sorted(path.name for path in (ROOT / "content").iterdir() if path.is_dir())


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """Read by the worker that needs it, not by each that collects."""
    return Shelf.read(ROOT)[0]


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> ShelfPolicy:
    """One of the shipped policies, by its folder."""
    return shelf().by_slug[request.param]


def test_every_folder_is_read() -> None:
    assert [policy.slug for policy in shelf().policies] == POLICIES


@pytest.mark.parametrize("policy", POLICIES, indirect=True)
def test_every_text_is_shown_as_markdown(policy: ShelfPolicy) -> None:
    texts = [*policy.texts.values(), *(section.body for lesson in policy.lessons for section in lesson.sections)]
    assert not any(html.is_tangled(text) for text in texts)
    assert all(html.render(text).startswith("<") for text in texts)


@pytest.mark.parametrize("policy", POLICIES, indirect=True)
def test_every_key_wins_its_points(policy: ShelfPolicy) -> None:
    for item in policy.items:
        assert grade([item], {item.id: right_answer(item)}, rules=QuizRules()).is_passed, item.id
