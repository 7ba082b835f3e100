"""The tables, one module per noun group; import from here so that every table is known to the metadata."""

from lms.models.accommodations import AccommodationReason, AccommodationRow
from lms.models.audit import AuditEntry, AuditIdentity
from lms.models.coaching import AttemptGrant, DueDecision, Refresher, RefresherEnd
from lms.models.corrections import AttemptScore, ItemCorrection
from lms.models.factors import CodeSecret, Passkey, ProviderLink, RecoveryCode, SignInStep
from lms.models.flags import Flag, FlagAnswer, FlagKind, FlagOutcome, FlagWords
from lms.models.gates import GateSetting, Override, OverrideEnd
from lms.models.mail import MailUnwanted, OneTimeLink, OutboxMail, WeeklyLetter, WorkerSign
from lms.models.organisation import Closing, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.people import Credential, Identity, IdentitySnapshot, Person, PersonKind, SignInSession
from lms.models.policies import (
    ChangeRow,
    ClauseRow,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Policy,
    RequirementQueue,
    RequirementSetting,
    SettingSource,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)
from lms.models.privacy import Erasure
from lms.models.scim import ScimResource
from lms.models.shifts import ShiftRow, StaffingMinimum
from lms.models.system import BackupMade, FeedRun
from lms.models.training import (
    Acknowledgement,
    AnswerSalt,
    Attempt,
    AttemptItem,
    AttemptState,
    AttemptSwap,
    Attestation,
    Evidence,
    EvidenceClause,
    Response,
    Revocation,
    UnmetSwap,
)
from lms.models.translations import AttemptTranslation, TranslationFeedback, TranslationRow

__all__ = [
    "AccommodationReason",
    "AccommodationRow",
    "Acknowledgement",
    "AnswerSalt",
    "Attempt",
    "AttemptGrant",
    "AttemptItem",
    "AttemptScore",
    "AttemptState",
    "AttemptSwap",
    "AttemptTranslation",
    "Attestation",
    "AuditEntry",
    "AuditIdentity",
    "BackupMade",
    "ChangeRow",
    "ClauseRow",
    "Closing",
    "CodeSecret",
    "Credential",
    "DueDecision",
    "Erasure",
    "Evidence",
    "EvidenceClause",
    "FeedRun",
    "Flag",
    "FlagAnswer",
    "FlagKind",
    "FlagOutcome",
    "FlagWords",
    "GateSetting",
    "Identity",
    "IdentitySnapshot",
    "ItemCorrection",
    "ItemKey",
    "ItemRevision",
    "LessonRevision",
    "MailUnwanted",
    "OneTimeLink",
    "OutboxMail",
    "Override",
    "OverrideEnd",
    "Passkey",
    "Person",
    "PersonKind",
    "Policy",
    "ProviderLink",
    "Queue",
    "RecoveryCode",
    "Refresher",
    "RefresherEnd",
    "RequirementQueue",
    "RequirementSetting",
    "Response",
    "Revocation",
    "ScimResource",
    "SettingSource",
    "ShiftRow",
    "SignInSession",
    "SignInStep",
    "Spell",
    "SpellEnd",
    "SpellKind",
    "StaffingMinimum",
    "Team",
    "TranslationFeedback",
    "TranslationRow",
    "UnmetSwap",
    "Version",
    "VersionClause",
    "VersionItem",
    "VersionLesson",
    "WeeklyLetter",
    "WorkerSign",
]
