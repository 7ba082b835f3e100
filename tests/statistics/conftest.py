"""Six people who tried the quiz of a small policy."""

from pathlib import Path

import pytest
from flask import Flask

from lms import clock
from tests.cast import Cast
from tests.conftest import Scene
from tests.readiness.make import crew
from tests.training import make


@pytest.fixture
def six(app: Flask, cast: Cast, scene: Scene, tmp_path: Path) -> list[int]:
    """Four who miss what the notice clause asks, then two who miss nothing, three days ago; version 1, owned by Pia."""
    people: list[int] = scene("statistics-six", lambda: _try(tmp_path))
    return list(people)


def _try(root: Path) -> list[int]:
    make.simple(root, ago=10 * make.DAY)
    people = crew(6, team="EMEA/Dublin", queues=["legal-requests"])
    at = clock.now() - 3 * make.DAY
    for place, person in enumerate(people):
        make.fail(person, wrong=("notice",) if place < 4 else (), at=at, seed=place)
    return people
