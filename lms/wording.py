"""Words that are stored or passed on as they are, and what a page says for them in the reader's language.

Capitalised as they stand alone; `{{ state | word }}` gives one, `{{ role | word(false) }}` the same inside a sentence.
A test finds every kind of word that has no entry here.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as later

WORDS: dict[str, LazyString] = {
    # roles
    "agent": later("Agent"),
    "coach": later("Coach"),
    "lead": later("Lead"),
    "owner": later("Policy owner"),
    "administrator": later("Administrator"),
    # what is recorded about people, and in files
    "employment": later("Employment"),
    "queue": later("Queue"),
    "team": later("Team"),
    "role": later("Role"),
    "leave": later("Leave"),
    "waiver": later("Waiver"),
    "hold": later("Hold"),
    "people": later("People"),
    "queues": later("Queues"),
    "evidence": later("Past completions"),
    # how somebody stands to the organisation
    "here": later("Here"),
    "on leave": later("On leave"),
    "coming": later("Coming"),
    "left": later("Left"),
    # what a file does
    "created": later("Created"),
    "changed": later("Changed"),
    "ended": later("Ended"),
    "unchanged": later("Unchanged"),
    "new": later("New"),
    # kinds of policies, of mails and their states
    "policy": later("Policy"),
    "process": later("Process"),
    "product": later("Product"),
    "invitation": later("Invitation"),
    "new password": later("New password"),
    "password changed": later("Password changed"),
    "corrected result": later("Corrected result"),
    "weekly readiness": later("Weekly readiness"),
    "waiting": later("Waiting"),
    "sent": later("Sent"),
    "failed": later("Failed"),
    "called off": later("Called off"),
    # what is the matter with something that was flagged, and what becomes of it
    "unclear": later("Unclear"),
    "wrong": later("Wrong"),
    "out of date": later("Out of date"),
    "typo": later("Typing mistake"),
    "fixed": later("Fixed"),
    "stays as it is": later("Not changed"),
    "void to follow": later("Void to follow"),
    # what was done about a question that was wrong
    "void": later("Void"),
    "rescore": later("Another key"),
    "restore": later("As published"),
    # how somebody signed in
    "password": later("Password"),
    "password and code": later("Password and code"),
    "passkey": later("Passkey"),
    # what a gate answers
    "allow": later("May take work"),
    "caution": later("May take work, with caution"),
    "deny": later("May not take work"),
    # how long something was overdue
    "less than a day": later("less than a day"),
    "1 to 7 days": later("1 to 7 days"),
    "7 to 30 days": later("7 to 30 days"),
    "more than 30 days": later("more than 30 days"),
    # why somebody is left out of a change
    "does not work here then": later("does not work here then"),
    "is not in it then": later("is not in it then"),
    "is in it already": later("is in it already"),
    "works for a vendor, and an administrator sees everybody": later(
        "works for a vendor, and an administrator sees everybody"
    ),
    "works here already": later("works here already"),
    "was recorded already": later("was recorded already"),
    # who did something that nobody signed in for
    "Command line": later("Command line"),
    "Nobody signed in": later("Nobody signed in"),
    "(erased)": later("(erased)"),
    # acts of the audit log
    "signed in": later("Signed in"),
    "sign-in failed": later("Sign-in failed"),
    "signed out": later("Signed out"),
    "sessions ended": later("Sessions ended"),
    "password set": later("Password set"),
    "codes begun": later("Codes begun"),
    "codes confirmed": later("Codes confirmed"),
    "codes removed": later("Codes removed"),
    "recovery codes renewed": later("Recovery codes renewed"),
    "passkey added": later("Passkey added"),
    "passkey removed": later("Passkey removed"),
    "provider linked": later("Provider linked"),
    "invited": later("Invited"),
    "link opened": later("Link opened"),
    "password forgotten": later("Password forgotten"),
    "mail retried": later("Mail retried"),
    "mail called off": later("Mail called off"),
    "mail came back": later("Mail came back"),
    "weekly mail turned off": later("Weekly mail turned off"),
    "weekly mail turned on": later("Weekly mail turned on"),
    "person created": later("Person created"),
    "person changed": later("Person changed"),
    "person left": later("Person left"),
    "team added": later("Team added"),
    "team changed": later("Team changed"),
    "team closed": later("Team closed"),
    "team opened again": later("Team opened again"),
    "queue added": later("Queue added"),
    "queue changed": later("Queue changed"),
    "queue closed": later("Queue closed"),
    "queue opened again": later("Queue opened again"),
    "vendor renamed": later("Vendor renamed"),
    "values not taken": later("Values not taken"),
    "people imported": later("People imported"),
    "file imported": later("File imported"),
    "spell begun": later("Time begun"),
    "spell ended": later("Time ended"),
    "roster imported": later("Roster imported"),
    "shift entered": later("Shift entered"),
    "shift called off": later("Shift called off"),
    "minimum set": later("Minimum set"),
    "policy loaded": later("Policy loaded"),
    "history imported": later("History imported"),
    "requirement set": later("Requirement set"),
    "draft loaded": later("Draft loaded"),
    "items brought in": later("Items brought in"),
    "item taken out": later("Item taken out"),
    "attempt granted": later("Attempt granted"),
    "accommodation changed": later("More time or attempts"),
    "translation loaded": later("Translation loaded"),
    "verdict given": later("Verdict given"),
    "emergency called": later("Emergency called"),
    "emergency called off": later("Emergency called off"),
    "version proposed": later("Version proposed"),
    "proposal taken back": later("Proposal taken back"),
    "flags answered": later("Flags answered"),
    "version published": later("Version published"),
    "version withdrawn": later("Version withdrawn"),
    "question voided": later("Question voided"),
    "question given another key": later("Question given another key"),
    "question restored": later("Question restored"),
    "result corrected": later("Result corrected"),
    "refresher assigned": later("Refresher assigned"),
    "refresher called off": later("Refresher called off"),
    "due moved": later("Due date moved"),
    "override given": later("Override given"),
    "override ended": later("Override ended"),
    "gate set": later("Gate set"),
    "need-to-know read": later("Need-to-know read"),
    "evidence packed": later("Evidence packed"),
    "person exported": later("Person exported"),
    "person erased": later("Person erased"),
    "kept too long, deleted": later("Kept too long, deleted"),
}


def word(value: str, alone: bool = True) -> str:
    """What a page says for a stored word; one that is not known is data and stays as it is.

    A role may bring what it covers along: `coach: EMEA/Dublin`.
    """
    stored, mark, covered = value.partition(": ")
    found = f"{WORDS.get(stored, stored)}{mark}{covered}"
    return found if alone else found[:1].lower() + found[1:]
