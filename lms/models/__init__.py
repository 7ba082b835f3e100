"""The tables, one module per noun group; import from here so that every table is known to the metadata."""

from lms.models.audit import AuditEntry, AuditIdentity
from lms.models.coaching import AttemptGrant, DueDecision, Refresher, RefresherEnd
from lms.models.factors import CodeSecret, Passkey, ProviderLink, RecoveryCode, SignInStep
from lms.models.gates import GateSetting, Override, OverrideEnd
from lms.models.mail import OneTimeLink, OutboxMail, WorkerSign
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
from lms.models.system import BackupMade, FeedRun
from lms.models.training import (
    Acknowledgement,
    AnswerSalt,
    Attempt,
    AttemptItem,
    AttemptState,
    Attestation,
    Evidence,
    EvidenceClause,
    Response,
    Revocation,
)
from lms.models.translations import AttemptTranslation, TranslationFeedback, TranslationRow

__all__ = [
    "Acknowledgement",
    "AnswerSalt",
    "Attempt",
    "AttemptGrant",
    "AttemptItem",
    "AttemptState",
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
    "GateSetting",
    "Identity",
    "IdentitySnapshot",
    "ItemKey",
    "ItemRevision",
    "LessonRevision",
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
    "SignInSession",
    "SignInStep",
    "Spell",
    "SpellEnd",
    "SpellKind",
    "Team",
    "TranslationFeedback",
    "TranslationRow",
    "Version",
    "VersionClause",
    "VersionItem",
    "VersionLesson",
    "WorkerSign",
]
