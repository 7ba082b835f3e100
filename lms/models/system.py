"""What is known about running Muster: the backups that were made."""

from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import BigKey, Digest, Key, Moment


class BackupMade(Base):
    """A backup that was written whole; so that its age can be seen."""

    __tablename__ = "backups_made"

    id: Mapped[Key]
    made_at: Mapped[Moment]
    size: Mapped[int] = mapped_column(BigKey)
    """Bytes of the file."""
    digest: Mapped[Digest]
    """SHA-256 of the file, hex."""
