"""The register of everything that is kept, read from `register.yaml`; export and erasure follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import lazy_gettext

from lms.library import strict_yaml

FILE = Path(__file__).with_name("register.yaml")
KEPT = {
    "record": lazy_gettext("As long as the record of training must last"),
    "organisation": lazy_gettext("As long as it is used"),
    "content": lazy_gettext("As long as the policy's history"),
    "erasure": lazy_gettext("Until the person is erased"),
    "sessions": lazy_gettext("Some days after it ended"),
}
"""What the words of the file mean."""
ERASED = frozenset({"erasure", "sessions"})
"""What is gone when a person is erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One table."""

    table: str
    purpose: str
    whose: str
    """Column that names the person a row is about; `attempt`, `evidence` … where that row does; else empty."""
    others: tuple[str, ...]
    """Columns that name somebody who acted."""
    kept: str
    secret: frozenset[str]
    columns: Mapping[str, str]

    @property
    def is_erased(self) -> bool:
        """True where a person's rows are deleted when the person is erased."""
        return bool(self.whose) and self.kept in ERASED


@cache
def register() -> tuple[Kept, ...]:
    """Every table, in the order of names."""
    document = strict_yaml.load(FILE.read_text(encoding="utf-8"), file=FILE.name)
    tables = dict(document.value)["tables"]  # type: ignore[arg-type]
    return tuple(
        Kept(
            table=name,
            purpose=said["purpose"],
            whose=said.get("whose", ""),
            others=tuple(said.get("others", "").split()),
            kept=said["kept"],
            secret=frozenset(said.get("secret", "").split()),
            columns=said["columns"],
        )
        for name, said in tables.items()
    )
