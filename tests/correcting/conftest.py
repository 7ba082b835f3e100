"""The policy that the stories about corrections begin with."""

import pytest

from tests.correcting import made


@pytest.fixture
def policy(scene, tmp_path):
    """Published; a kept scene."""
    scene("corrected", lambda: made.published(tmp_path))
