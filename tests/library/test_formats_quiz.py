"""What a quiz file may say, and what it is told when it says something else."""

import pytest

from lms.domain.quizzes import Item, ItemType, Option, QuizRules, Teaching
from lms.library.problems import ContentError
from lms.library.quiz_files import read

SINGLE = """\
items:
  - id: genuine-1
    type: single
    clauses: [genuine]
    since: 1
    checked: 2
    critical: true
    sensitive: a threat
    stem: |
      A detective writes.
    options:
      - {id: a, text: Reply., feedback: The address itself is the problem.}
      - {id: b, text: Call the agency., key: true, feedback: Right.}
      - {id: c, text: Send it on., right_until: 1}
"""
DECISION = """\
  - id: em-1
    type: decision
    clauses: [emergency]
    since: 2
    stem: What now?
    options: [{id: a, text: One., key: true}, {id: b, text: Two.}]
    cites: {key: emergency, others: [preservation, subpoena]}
"""


def items(text: str) -> tuple[Item, ...]:
    return read(text, file="q.yaml").items


def problems(text: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read(text, file="q.yaml")
    return [str(problem) for problem in refused.value.problems]


def test_items_are_read() -> None:
    single, decision = items(SINGLE + DECISION)
    assert single == Item(
        id="genuine-1",
        type=ItemType.SINGLE,
        clauses=("genuine",),
        stem="A detective writes.\n",
        options=(
            Option(id="a", text="Reply.", feedback="The address itself is the problem."),
            Option(id="b", text="Call the agency.", is_key=True, feedback="Right."),
            Option(id="c", text="Send it on.", right_until=1),
        ),
        validity=Teaching(since=1, until=None, checked=2),
        is_critical=True,
        sensitive="a threat",
    )
    assert (decision.cites_key, decision.cites_others) == ("emergency", ("preservation", "subpoena"))


def test_rules_are_read() -> None:
    assert read(SINGLE, file="q").rules == QuizRules()
    text = (
        "quiz: {pass_mark: 90, per_clause: 1, attempts: 5, wait_minutes: 0, retake: all, time_limit_minutes: 20, "
        "feedback: never}\n"
    )
    assert read(text + SINGLE, file="q").rules == QuizRules(
        pass_mark=90, per_clause=1, attempts=5, wait_minutes=0, retake="all", time_limit_minutes=20, feedback="never"
    )
    assert read("quiz: {time_limit_minutes: null}\n" + SINGLE, file="q").rules.time_limit_minutes is None


@pytest.mark.parametrize("text", ["__proto__", "constructor", "0", "'null'", "null", "None", "' a '", "'true'"])
def test_the_text_of_an_option_is_kept_exactly(text: str) -> None:
    assert items(SINGLE.replace("Reply.", text))[0].options[0].text == text.strip("'")


def test_true_and_false_are_ids_like_others() -> None:
    text = DECISION.replace("decision", "true_false").replace("id: a", "id: true").replace("id: b", "id: false")
    (one,) = items("items:\n" + text[: text.index("    cites")])
    assert one.keys == {"true"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: genuine-1", "id: em-1", "q.yaml:15 items[1].id: there are two items `em-1` - change one of them"),
        (
            "type: single",
            "type: ordering",
            "items[0].options: no option of the type ordering is the right one - delete `key`",
        ),
        (
            "type: single",
            "type: sinlge",
            "q.yaml:3 items[0].type: there is no type sinlge - use one of single, multiple",
        ),
        ("clauses: [genuine]", "clauses: []", "q.yaml:4 items[0].clauses: no clause is named"),
        ("clauses: [genuine]", "clauses: [a, a]", "q.yaml:4 items[0].clauses[1]: there are two clauses `a`"),
        ("since: 1", "since: 3", "q.yaml:6 items[0].checked: it is right since version 3 only"),
        ("critical: true", "critical: yes", "q.yaml:7 items[0].critical: this is neither true nor false"),
        ("text: Reply.", "text: '  '", "q.yaml:12 items[0].options[0].text: this is empty"),
        ("text: Reply.", "text: call THE  agency.", "there are two options that say `call the agency.`"),
        ("text: Reply.", 'text: "Cal\\u006c the agency."', "there are two options that say"),
        ("text: Reply.", "anwser: Reply.", "q.yaml:12 items[0].options[0].text: `text` is missing"),
        (
            "text: Reply.",
            "anwser: Reply.",
            "items[0].options[0].anwser: the key `anwser` is not known here - delete it",
        ),
        (
            "critical: true",
            "critcal: true",
            "items[0].critcal: the key `critcal` is not known here - did you mean `critical`?",
        ),
        ("{id: a, text: Reply.", "{id: b, text: Reply.", "q.yaml:13 items[0].options[1].id: there are two options `b`"),
        (
            ", key: true, feedback: Right",
            "",
            "q.yaml:11 items[0].options: no option is the right one - write `key: true`",
        ),
        ("text: Reply.", "text: Reply., key: true", "items[0].options: 2 options are right - leave one `key: true`"),
        (
            "key: true, feedback",
            "key: true, right_until: 1, feedback",
            "right_until: a key is right now, not until then",
        ),
        (
            "pass_mark: 80",
            "pass_mark: 101",
            "q.yaml:1 quiz.pass_mark: 101 is out of range - write a number from 1 to 100",
        ),
        ("pass_mark: 80", "pass_mark: .inf", "q.yaml:1 quiz.pass_mark: this is not a whole number"),
        (
            "pass_mark: 80",
            "retake: never",
            "q.yaml:1 quiz.retake: this is none of the words that may stand here - write",
        ),
        ("pass_mark: 80", "time_limit_minutes: 0", "q.yaml:1 quiz.time_limit_minutes: 0 is out of range"),
        (
            "    cites: {key: emergency, others: [preservation, subpoena]}\n",
            "",
            "a decision needs the clause that carries it",
        ),
        ("others: [preservation, subpoena]", "others: [emergency]", "cites: a clause stands here twice"),
        ("others: [preservation, subpoena]", "others: []", "cites: there is only one clause to choose from"),
        (
            "key: emergency,",
            "key: other,",
            "cites: the clause to choose is not among `clauses` - add other to `clauses`",
        ),
        ("type: decision", "type: single", "items[1].cites: only a decision has clauses to choose from"),
        ("type: decision", "type: true_false", "items[1].cites: only a decision"),
        (
            "type: single",
            "type: true_false",
            "items[0].options: there are 3 options - give two, or make the type single",
        ),
        (
            "[{id: a, text: One., key: true}, {id: b, text: Two.}]",
            "[]",
            "items[1].options: there are 0 options - give 2 to 10",
        ),
        (
            "[{id: a, text: One., key: true}, {id: b, text: Two.}]",
            "[{id: a, text: b, key: true}]",
            "there are 1 options",
        ),
        ("stem: What now?", "stem:", "items[1].stem: this is empty"),
    ],
)
def test_it_is_told_what_is_wrong(old: str, new: str, expected: str) -> None:
    text = "quiz: {pass_mark: 80}\n" + SINGLE.replace("items:\n", "items:\n", 1) + DECISION
    if "quiz" not in expected:
        text = SINGLE + DECISION
    assert old in text
    found = problems(text.replace(old, new, 1))
    assert any(expected in message for message in found), found


def test_several_keys_need_the_type_multiple() -> None:
    text = SINGLE.replace("text: Reply.", "text: Reply., key: true").replace("single", "multiple")
    assert items(text)[0].keys == {"a", "b"}


def test_a_bank_has_an_end() -> None:
    text = "items:\n" + "- {}\n" * 1001
    assert "should have at most 1000 items" in problems(text)[-1]


def test_everything_wrong_in_the_file_is_told_at_once() -> None:
    text = (
        (SINGLE + DECISION)
        .replace(", key: true, feedback: Right", "")
        .replace("others: [preservation, subpoena]", "others: []")
    )
    assert len(problems(text)) == 2
