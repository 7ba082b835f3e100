"""Each trap of research/clauses.md section 8 as a small made-up policy, run wherever the real ones are not."""

import pytest

from lms.domain.changes import Comparison
from lms.domain.policies import Clause, Sort, Verdict
from lms.domain.wording import side_by_side
from lms.library.clauses import first_version, next_version

OPENING = "Answer every request within one shift and write down in the ticket what you answered to whom."
SPAM = "Do not send offers in bulk, do not rank your own listings, and do not write reviews for pay."
LIMITS = "Each account may send sixty messages an hour; beyond that the sending is slowed for a day."
PRIVACY = "Use what you learn about a person for the ticket alone and delete it when the ticket is closed."


def compared(before: str, after: str, title: str = "Handbook") -> tuple[tuple[Clause, ...], Comparison]:
    old = first_version(before, default_title=title)
    return old, next_version(old, after, taken=frozenset(), default_title=title)


def sorts(comparison: Comparison) -> dict[str, frozenset[Sort]]:
    return {change.clause: change.sorts for change in comparison.changes}


def verdicts(comparison: Comparison) -> dict[str, str]:
    return {change.clause: change.proposed.value for change in comparison.changes}


def statuses(old: tuple[Clause, ...], comparison: Comparison, name: str) -> list[str]:
    before, after = ({one.id: one for one in side}[name] for side in (old, comparison.clauses))
    return [pair.status.value for pair in side_by_side(before, after)]


NUMBERED = f"### 1. Opening\n{OPENING}\n### 2. Limits\n{LIMITS}\n### 3. Privacy\n{PRIVACY}\n### 4. Spam\n{SPAM}\n"


def test_renumbering_after_a_move() -> None:
    after = f"### 1. Opening\n{OPENING}\n### 2. Spam\n{SPAM}\n### 3. Limits\n{LIMITS}\n### 4. Privacy\n{PRIVACY}\n"
    _, comparison = compared(NUMBERED, after)
    assert sorts(comparison) == {
        "spam": {Sort.MOVED, Sort.RETITLED},
        "limits": {Sort.RETITLED},
        "privacy": {Sort.RETITLED},
    }
    assert set(verdicts(comparison).values()) == {"editorial"}


def test_a_slip_of_heading_levels_and_its_undoing() -> None:
    slipped = NUMBERED.replace("### 1", "## 1").replace("### 2", "## 2")
    for before, after in ((NUMBERED, slipped), (slipped, NUMBERED)):
        _, comparison = compared(before, after)
        assert sorts(comparison) == {"privacy": {Sort.MOVED}, "spam": {Sort.MOVED}}
        assert set(verdicts(comparison).values()) == {"editorial"}


def test_a_rewritten_item_between_neighbours_that_stay() -> None:
    lead = (
        "Nobody may post anything that:\n\n- is unlawful in our country;\n\n- {};\n\n- infringes any right of others.\n"
    )
    before = "contains or installs active malware or uses our platform to deliver exploits"
    after = "supports attacks that cause harm, such as by means of our platform to deliver active commands"
    old, comparison = compared(lead.format(before), lead.format(after))
    assert statuses(old, comparison, "handbook") == ["equal", "equal", "changed", "equal"]


def test_one_term_replaced_everywhere() -> None:
    before = (
        "We remove sensitive data on request.\n# What is sensitive data?\nSensitive data is what harms you when it is"
        " known.\n# Appeals\nWho disagrees about sensitive data writes to the lead.\n"
    )
    after = before.replace("sensitive data", "private information").replace("Sensitive data", "Private information")
    old = first_version(before, default_title="Sensitive data")
    comparison = next_version(old, after, taken=frozenset(), default_title="Private information")
    assert [one.id for one in comparison.clauses] == [one.id for one in old]
    assert [Sort.RETITLED in change.sorts for change in comparison.changes] == [True, True, False]
    assert set(verdicts(comparison).values()) == {"material"}


def test_half_an_item_moves_to_the_opposite_list() -> None:
    before = (
        "## Send us\n- Keys that open our servers, and the names of servers inside our network.\n- Passport numbers.\n"
        "## Do not send us\n- Names of colleagues.\n- Trade marks.\n"
    )
    after = (
        "## Send us\n- Keys that open our servers.\n- Passport numbers.\n"
        "## Do not send us\n- The names of servers inside our network.\n- Names of colleagues.\n- Trade marks.\n"
    )
    old, comparison = compared(before, after)
    assert statuses(old, comparison, "send-us") == ["changed", "equal"]
    assert statuses(old, comparison, "do-not-send-us") == ["added", "equal", "equal"]
    assert verdicts(comparison) == {"send-us": "material", "do-not-send-us": "material"}


def test_one_section_becomes_three() -> None:
    back = "Who asks to come back must have put right what was wrong and must promise to keep the rules from now on."
    again = "Who thinks we were mistaken may ask a second person to look, and that person may not be the first one."
    before = f"## How this works\n{OPENING}\n\n* {back}\n\n* {again}\n## Costs\n{LIMITS}\n"
    after = f"## How this works\n{OPENING}\n### Coming back\n{back}\n### Second look\n{again}\n## Costs\n{LIMITS}\n"
    _, comparison = compared(before, after)
    assert sorts(comparison) == {name: {Sort.SPLIT} for name in ("how-this-works", "coming-back", "second-look")}
    assert set(verdicts(comparison).values()) == {"editorial"}
    _, comparison = compared(before, after.replace("may not be", "may be"))
    assert set(verdicts(comparison).values()) == {"material"}


def test_the_same_heading_over_almost_none_of_the_same_rules() -> None:
    before = f"# Restricted\n- {SPAM}\n- {LIMITS}\n- {PRIVACY}\n# Reports\n{OPENING}\n"
    after = f"# Restricted\n- Trick nobody.\n- Upload no viruses.\n- Obey every law.\n# Reports\n{OPENING}\n"
    _, comparison = compared(before, after)
    assert sorts(comparison) == {"restricted-2": {Sort.ADDED}, "restricted": {Sort.REMOVED}}


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("Copies go to legal@support.example.", "Copies go to legal-support@example", Verdict.MATERIAL),
        ("[Copies](mailto:a@b.example) go there.", "[Copies](mailto:c@b.example) go there.", Verdict.MATERIAL),
        ("**Users** — people with an account", "**Users:** people with an account", Verdict.EDITORIAL),
        ("See the [rules](#d-rules).", "See the [rules](#e-rules).", Verdict.EDITORIAL),
        ("See the [rules](/old/rules).", "See the [terms](/old/rules).", Verdict.MATERIAL),
        ("Ask {{ site.data.variables.contact_us }}.", "Ask {% data variables.contact-us %}.", Verdict.EDITORIAL),
        ("Answer within 24 hours of it.", "Answer within 1 business day of it.", Verdict.MATERIAL),
        ("*Last updated: 1 May 2024*\n\nRule.", "*Last updated: 2 May 2024*\n\nRule.", Verdict.EDITORIAL),
    ],
)
def test_what_a_reader_would_call_the_same(before: str, after: str, verdict: Verdict) -> None:
    _, comparison = compared(before, after)
    assert [change.proposed for change in comparison.changes] == [verdict]


def test_items_of_several_paragraphs_with_anchors_in_them() -> None:
    before = (
        '## Disclosure\n- <a name="consent"></a>\n**With consent** —\nWe disclose to the person:\n'
        "  - name\n  - address\n\n"
        '  Optionally also:\n  - telephone\n\n- <a name="order"></a>\n**With an order** — We disclose the log.\n'
    )
    after = before.replace("- ", "* ").replace("\n  Opt", "\n    Opt").replace(" —", ":").replace("the log", "all logs")
    old, comparison = compared(before, after)
    assert [block.anchors for block in old[0].blocks if block.anchors] == [("consent",), ("order",)]
    assert [block.kind for block in old[0].blocks] == ["item", "item", "item", "paragraph", "item", "item"]
    assert statuses(old, comparison, "disclosure") == ["equal"] * 5 + ["changed"]


def test_a_section_inserted_shifts_the_letters_of_the_later_ones() -> None:
    before = f"# A. Limits\n{LIMITS}\n# B. Privacy\n{PRIVACY} See [spam](#c-spam).\n# C. Spam\n{SPAM}\n"
    after = (
        f"# A. Limits\n{LIMITS}\n# B. Opening\n{OPENING}\n"
        f"# C. Privacy\n{PRIVACY} See [spam](#d-spam).\n# D. Spam\n{SPAM}\n"
    )
    _, comparison = compared(before, after)
    assert verdicts(comparison) == {"opening": "material", "privacy": "editorial", "spam": "editorial"}
    (privacy,) = [change for change in comparison.changes if change.clause == "privacy"]
    assert "A link points to another place" not in privacy.proposed_because


def test_the_same_sentence_in_two_phases_changes_in_both() -> None:
    talk = "Updates go to the ticket and real-time talk goes on in the channel of the incident."
    phases = "## Assess\n{0}\n### Comms while assessing\n{2}\n## Mend\n{1}\n### Comms while mending\n{2}\n"
    before = phases.format(LIMITS, PRIVACY, talk)
    _, comparison = compared(before, phases.format(LIMITS, PRIVACY, talk.replace("ticket", "document")))
    assert {change.clause: change.predecessors for change in comparison.changes} == {
        "comms-while-assessing": ("comms-while-assessing",),
        "comms-while-mending": ("comms-while-mending",),
    }


def test_a_document_may_start_with_text_and_have_its_title_elsewhere() -> None:
    old, comparison = compared(f"{OPENING}\n# Limits\n{LIMITS}", f"{OPENING} Always.\n# Limits\n{LIMITS}")
    assert (old[0].id, old[0].title, old[0].level) == ("handbook", "Handbook", 0)
    assert sorts(comparison) == {"handbook": {Sort.REWORDED}}
    _, titled = compared(f"{OPENING}\n# Limits\n{LIMITS}", f"# Start\n{OPENING}\n# Limits\n{LIMITS}")
    assert sorts(titled) == {"handbook": {Sort.RETITLED}}
