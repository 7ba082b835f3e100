"""A policy, somebody who failed, passed and signed, and packs unpacked into a folder."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lms import clock
from lms.evidence_pack.asked import Asked
from lms.evidence_pack.making import stream
from tests.cast import Cast
from tests.conftest import Scene
from tests.training.make import DAY, HOUR, fail, prove, simple

Unpack = Callable[[bytes], Path]


@pytest.fixture
def trained(cast: Cast, scene: Scene, tmp_path: Path) -> dict[str, int]:
    """Ada failed three hours ago, and passed and signed two hours ago: the ids of her attempts."""

    def build() -> dict[str, int]:
        simple(tmp_path, ago=2 * DAY)
        now = clock.now()
        failed = fail(cast.ada, at=now - 3 * HOUR)
        return {"failed": failed, "passed": prove(cast.ada, at=now - 2 * HOUR)}

    made: dict[str, int] = scene("evidence-trained", build)
    return made


@pytest.fixture
def unpack(tmp_path: Path) -> Unpack:
    """Unpacks the bytes of a pack into a folder of its own."""

    def into_folder(packed: bytes) -> Path:
        folder = tmp_path / f"pack-{len(list(tmp_path.iterdir()))}"
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(folder)
        return folder

    return into_folder


def packed(**asked: object) -> bytes:
    """A pack, as of a minute ago unless said otherwise."""
    return b"".join(stream(Asked(**{"to_at": clock.now() - timedelta(minutes=1)} | asked)))
