"""What can be refused between a draft and its publication; each message is the sentence that a person reads."""

from lms.domain.errors import DomainError

SHORTEST_REASON = 10


class PublicationRefused(DomainError):
    """A version cannot be published as it is."""


class VerdictMissing(PublicationRefused):
    """Nobody decided whether the meaning of a clause changed."""


class TooFewItemsFor(PublicationRefused):
    """A rule could not be asked about in the quiz as often as its rules say."""


class ReasonTooShort(PublicationRefused):
    """A version must say why it exists."""


class ApproverIsAuthor(PublicationRefused):
    """Two persons publish: one writes, another approves."""


class EffectiveTooEarly(PublicationRefused):
    """A version takes effect after it is published, and not before the version that it follows."""


class NumberOutOfOrder(PublicationRefused):
    """Versions are numbered 1, 2, 3 … without gaps."""


class AudienceEmpty(PublicationRefused):
    """A published policy is for somebody."""


class DraftOutOfDate(PublicationRefused):
    """The draft was judged against another version than the one it would follow now."""


class NotProposed(PublicationRefused):
    """Only what its author sent for approval, as it was sent, can be approved."""


class AlreadyPublished(PublicationRefused):
    """A published version is never changed; the next version says what is different."""


class DraftWithApprover(DomainError):
    """While somebody is asked to approve a draft, it stays as it is."""


class NothingToWithdraw(DomainError):
    """Only the newest version, before it takes effect, can be withdrawn."""


class RequirementRefused(DomainError):
    """A requirement cannot be set as it is; nothing was written."""


class ItemsRefused(DomainError):
    """Items can be neither brought in nor handed out; nothing was written."""


class PolicyUnknown(DomainError):
    """There is no such policy."""


class ContentRefused(DomainError):
    """Files cannot be loaded as they are; the message names the file and says what to do. Nothing was loaded."""


class PersonUnknown(ContentRefused):
    """An e-mail belongs to nobody here."""
