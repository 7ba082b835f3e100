"""That a person was erased: what is gone with them is gone on purpose."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import BigKey, Moment, Sentence, refers_to


class Erasure(Base):
    """Name, passwords, sessions and answers of a person were erased; their evidence stays under the random subject."""

    __tablename__ = "erasures"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    reason: Mapped[Sentence]
    erased_at: Mapped[Moment]
    erased_by: Mapped[int | None] = refers_to("persons.id")
    """None on the command line of the server."""
