"""Every action on policies, in one place for the command line and the demo; each lives where it is imported from."""

from lms.policies.bringing import bring_in, take_out
from lms.policies.drafting import call_emergency, decide, draft_from_shelf, load_policy, propose, take_back
from lms.policies.importing import ImportedVersion, ImportReport, import_history
from lms.policies.loading import LoadedVersion, LoadReport, Outcome, load_shelf
from lms.policies.publishing import approve, publish_draft, withdraw
from lms.policies.requiring import set_requirement

__all__ = [
    "ImportReport",
    "ImportedVersion",
    "LoadReport",
    "LoadedVersion",
    "Outcome",
    "approve",
    "bring_in",
    "call_emergency",
    "decide",
    "draft_from_shelf",
    "import_history",
    "load_policy",
    "load_shelf",
    "propose",
    "publish_draft",
    "set_requirement",
    "take_back",
    "take_out",
    "withdraw",
]
