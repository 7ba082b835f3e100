"""What can be refused when an item is corrected; each message is the sentence that a person reads."""

from lms.domain.errors import DomainError

SHORTEST_REASON, LONGEST_REASON = 10, 1000


class CorrectionRefused(DomainError):
    """An item cannot be corrected like this; nothing was written."""


class SomethingChanged(CorrectionRefused):
    """What would happen now is not what was shown."""


class ItemUnknown(DomainError):
    """There is no such item in this policy."""
