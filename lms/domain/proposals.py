"""The verdict proposed for a change, and the sentence that says why; a person decides.

Editorial when the normalised text is equal (layout, links, case, punctuation, renumbering), else material; size never
decides. Source: domain.md section 2.
"""

from collections.abc import Sequence

from lms.domain.likeness import differences
from lms.domain.matching import words_in
from lms.domain.policies import Clause, Sort, Verdict
from lms.domain.words import title_key, words_of

Proposal = tuple[Verdict, str]

ADDED: Proposal = (Verdict.MATERIAL, "Nothing in the version before it corresponds to it.")
REMOVED: Proposal = (Verdict.MATERIAL, "Nothing in this version corresponds to it.")


def is_same_text(old: Sequence[Clause], new: Sequence[Clause]) -> bool:
    """True when the clauses, one after the other, have the same normalised words."""
    return [word for one in old for word in words_in(one)] == [word for one in new for word in words_in(one)]


def proposal(sorts: frozenset[Sort], *, old: Sequence[Clause], new: Sequence[Clause]) -> Proposal:
    """Verdict and reason for a clause that has predecessors.

    `old` are all predecessors and `new` all clauses they became, in the order of their versions: one and one, unless
    the clause was split or merged.
    """
    if is_same_text(old, new):
        return Verdict.EDITORIAL, _why_editorial(sorts, old=old, new=new)
    if Sort.SPLIT in sorts or Sort.MERGED in sorts:
        return Verdict.MATERIAL, f"{_joined(sorts)}, and the words are not the same together: {_counted(old, new)}."
    return Verdict.MATERIAL, f"The words changed: {_counted(old, new)}."


def _why_editorial(sorts: frozenset[Sort], *, old: Sequence[Clause], new: Sequence[Clause]) -> str:
    if Sort.SPLIT in sorts or Sort.MERGED in sorts:
        return f"{_joined(sorts)}; together the words are the same."
    before, after = old[0], new[0]
    why = []
    if Sort.REWORDED in sorts:
        why.append(_why_layout(before, after))
    if Sort.RETITLED in sorts:
        why.append(_why_retitled(before, after))
    if Sort.MOVED in sorts:
        why.append("It stands in another place" + ("." if before.path == after.path else f", {_under(after)}."))
    if Sort.REQUEUED in sorts:
        why.append("The queues it names changed; only who gains it has to learn it.")
    return "The words are the same. " + " ".join(why)


def _why_layout(old: Clause, new: Clause) -> str:
    if old.links_hash != new.links_hash:
        return "A link points to another place."
    if _stamps(old) != _stamps(new):
        return "A date stamp changed."
    if _shown(old) == _shown(new):
        return "Only layout or link addresses changed."
    if _shown(old).casefold() == _shown(new).casefold():
        return "Only capital letters or layout changed."
    return "Only punctuation, case or layout changed."


def _why_retitled(old: Clause, new: Clause) -> str:
    if old.title == new.title:
        return f"Its id changed from “{old.id}” to “{new.id}”."
    if title_key(old.title) != title_key(new.title):
        return f"The heading changed from “{old.title}” to “{new.title}”: check that it does not turn the rule round."
    if words_of(old.title) != words_of(new.title):
        return f"Only the number in its heading changed, from “{old.title}” to “{new.title}”."
    return "Only case or punctuation of its heading changed."


def _joined(sorts: frozenset[Sort]) -> str:
    names = [word for sort, word in ((Sort.SPLIT, "split"), (Sort.MERGED, "merged")) if sort in sorts]
    return "The clause was " + " and ".join(names)


def _under(clause: Clause) -> str:
    return f"under “{clause.path[-1]}”" if clause.path else "under no other heading"


def _counted(old: Sequence[Clause], new: Sequence[Clause]) -> str:
    before = [word for one in old for word in words_in(one)]
    after = [word for one in new for word in words_in(one)]
    gone = fresh = 0
    for tag, start, end, begin, stop in differences(before, after):
        if tag != "equal":
            gone, fresh = gone + end - start, fresh + stop - begin
    return f"{fresh} {'word is' if fresh == 1 else 'words are'} new, {gone} {'is' if gone == 1 else 'are'} gone"


def _shown(clause: Clause) -> str:
    return " ".join(" ".join(block.shown.split()) for block in clause.blocks if block.kind != "stamp")


def _stamps(clause: Clause) -> list[str]:
    return [block.shown for block in clause.blocks if block.kind == "stamp"]
