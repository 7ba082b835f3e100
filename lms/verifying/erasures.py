"""Erased people: whatever the register says goes with a person is gone."""

from collections.abc import Iterator

from sqlalchemy import func, select

from lms.extensions import Base, db
from lms.models import Erasure
from lms.privacy.queries import OWNERS
from lms.privacy.register import register


def erasures() -> Iterator[str]:
    """No row that names or describes an erased person is left, and nothing new was written about who they are."""
    erased = select(Erasure.person_id)
    for kept in register():
        if kept.is_erased:
            table = Base.metadata.tables[kept.table]
            column = table.c.get(kept.whose)
            if column is None:
                owner = Base.metadata.tables[OWNERS[kept.whose]]
                mine = table.c[f"{kept.whose}_id"].in_(select(owner.c.id).where(owner.c.person_id.in_(erased)))
            else:
                mine = column.in_(erased)
            left = db.session.scalar(select(func.count()).select_from(table).where(mine))
            if left:
                yield f"{kept.table}: {left} rows of erased people are left."
