"""The small policy that most stories about training begin with."""

import json
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Scene
from tests.training import make


@pytest.fixture
def simple(scene: Scene, tmp_path: Path) -> Callable[..., make.Shelf]:
    """`simple(ago=10 * DAY)` publishes `make.simple`; a second one in a test gets a folder of its own.

    The first is a kept scene, so a test calls it before anything else is written.
    """
    made: list[make.Shelf] = []

    def publish(**more: Any) -> make.Shelf:
        if made:
            made.append(make.simple(tmp_path / f"other-{len(made)}", **more))
        else:
            name = f"simple-{zlib.crc32(json.dumps(more, sort_keys=True, default=str).encode())}"
            made.append(deepcopy(scene(name, lambda: make.simple(tmp_path, **more))))
            made[0].root = tmp_path
        return made[-1]

    return publish
