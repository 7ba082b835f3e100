"""What is wrong with a file: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that an author should know about one place in one file."""

    file: str
    """Path below the root of the shelf, with `/`."""
    line: int | None
    """Counted from 1; None when the file as a whole is meant."""
    field: str
    """Where in the file, such as `versions[1].reason` or `em-1`; empty when the line says it."""
    message: str
    """What is wrong, without a full stop."""
    remedy: str
    """What to do about it, without a full stop."""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}{f' {self.field}' if self.field else ''}: {self.message} - {self.remedy}"

    @property
    def is_error(self) -> bool:
        """True when the content may not be used as it is."""
        return self.level == "error"


class ContentError(Exception):
    """A text cannot be read; `problems` says why, all at once, and is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
