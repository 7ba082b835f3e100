"""The small policy of the stories about training."""

from tests.training.conftest import simple

__all__ = ["simple"]
