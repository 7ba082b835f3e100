"""Stories of clauses that are recognised in the next version, and of some that are not."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.matching import By, match, unsure
from lms.domain.policies import Change, Link, Section, Sort, Verdict
from tests.domain.written import COSTS, EMERGENCY, FAX, NOTICE, PRESERVATION, block, clause

OLD = (
    clause("emergency", EMERGENCY),
    clause("notice", NOTICE),
    clause("preservation", PRESERVATION),
    clause("fax", FAX),
    clause("costs", COSTS),
)


def section(title: str, *texts: str, explicit_id: str | None = None, path: tuple[str, ...] = ()) -> Section:
    return Section(
        explicit_id=explicit_id,
        title=title,
        level=2,
        path=path,
        source="\n".join(texts),
        blocks=tuple(block(text) for text in texts),
    )


def layers(old: tuple, new: list) -> list[tuple[int, int, By]]:
    return [(pair.old, pair.new, pair.by) for pair in match(old, new)]


def test_an_explicit_id_wins_over_the_same_text_elsewhere() -> None:
    new = [section("Fax", COSTS, explicit_id="fax"), section("Costs", FAX)]
    assert layers(OLD[3:], new)[0] == (0, 0, By.ID)


def test_the_same_text_is_found_under_any_heading_in_any_place() -> None:
    new = [section("A word to the person", NOTICE), section("Urgent", EMERGENCY)]
    assert layers(OLD[:2], new) == [(1, 0, By.TEXT), (0, 1, By.TEXT)]


def test_clauses_with_the_same_text_are_told_apart_by_their_headings() -> None:
    old = (clause("one", FAX, path=("Assess",)), clause("two", FAX, path=("Remediate",)))
    old = tuple(clause(one.id, FAX, title="Comms", path=one.path) for one in old)
    new = [section("Comms", FAX, path=("Remediate",)), section("Comms", FAX, path=("Assess",)), section("Other", FAX)]
    assert layers(old, new)[:2] == [(1, 0, By.TEXT), (0, 1, By.TEXT)]


def test_the_same_heading_in_another_number_carries_a_rewritten_text() -> None:
    new = [section("7. Fax", "Requests by fax are answered within ten hours by a machine that nobody has read yet")]
    assert layers((clause("fax", FAX, title="6. Fax"),), new) == [(0, 0, By.TITLE)]


def test_of_several_with_one_heading_the_more_similar_is_meant() -> None:
    old = (clause("a", FAX, title="What is it?"), clause("b", COSTS, title="What is it?"))
    new = [section("What is it?", COSTS + " So be it."), section("What is it?", FAX + " So be it.")]
    assert layers(old, new) == [(1, 0, By.TITLE), (0, 1, By.TITLE)]


def test_the_same_heading_over_other_rules_is_a_removal_and_an_addition() -> None:
    old = (clause("first", NOTICE), clause("fax", FAX), clause("last", COSTS))
    new = [
        section("First", NOTICE),
        section("Fax", "Nobody may trick, mislead or annoy others."),
        section("Last", COSTS),
    ]
    assert [pair.new for pair in match(old, new)] == [0, 2]


def test_a_renamed_clause_with_most_of_its_words_is_found_anywhere() -> None:
    new = [section("Kosten", COSTS + " The rate is reviewed every year by the board.")]
    assert layers(OLD, new) == [(4, 0, By.ANYWHERE)]


def test_a_lone_leftover_between_two_neighbours_needs_little_in_common() -> None:
    rewritten = (
        "Old machines: requests by fax are read twice a week, and the desk says what it thinks of them, in a letter"
    )
    new = [section("P", PRESERVATION), section("Machines", rewritten), section("C", COSTS)]
    assert layers(OLD[2:], new)[1] == (1, 1, By.LEFTOVER)
    assert 0.2 <= match(OLD[2:], new)[1].similarity < 0.4


def test_a_leftover_at_either_end_has_the_end_for_a_neighbour() -> None:
    rewritten = (
        "Old machines: requests by fax are read twice a week, and the desk says what it thinks of them, in a letter"
    )
    assert layers((OLD[3], OLD[4]), [section("Machines", rewritten), section("C", COSTS)])[0] == (0, 0, By.LEFTOVER)


def test_a_leftover_without_words_in_common_is_not_the_same() -> None:
    new = [section("P", PRESERVATION), section("X", "Quite different."), section("C", COSTS)]
    assert layers(OLD[2:], new) == [(0, 0, By.TEXT), (2, 2, By.TEXT)]


def test_two_leftovers_in_one_gap_are_not_guessed() -> None:
    old = (OLD[2], OLD[3], OLD[4])
    new = [section("P", PRESERVATION), section("X", "A b c."), section("Y", "D e f."), section("C", COSTS)]
    assert [pair.new for pair in match(old, new)] == [0, 3]


def test_a_clause_that_was_cut_in_two_has_two_successors() -> None:
    old = (clause("both", NOTICE, FAX),)
    pairs = match(old, [section("Both", NOTICE), section("Machines", FAX)])
    assert [(pair.old, pair.new, pair.by) for pair in pairs] == [(0, 0, By.TITLE), (0, 1, By.SPLIT)]
    assert pairs[1].similarity == 1.0
    assert pairs[1].is_part


def test_a_part_that_grew_is_still_a_part() -> None:
    new = [section("Both", NOTICE), section("Machines", FAX, COSTS)]
    assert layers((clause("both", NOTICE, FAX),), new)[1] == (0, 1, By.SPLIT)


def test_a_clause_cut_into_many_parts_none_of_which_is_like_it_is_split() -> None:
    old = (clause("all", EMERGENCY, NOTICE, PRESERVATION, FAX, COSTS),)
    new = [section(f"Part {n}", text) for n, text in enumerate((EMERGENCY, NOTICE, PRESERVATION, FAX, COSTS))]
    assert {pair.by for pair in match(old, new)} == {By.SPLIT}
    assert len(match(old, new)) == 5


def test_one_small_remnant_of_a_large_clause_is_not_the_same_clause() -> None:
    old = (clause("all", EMERGENCY, NOTICE, PRESERVATION, FAX, COSTS), clause("x", "Nothing to see here at all today."))
    assert (
        match(old, [section("Remnant", FAX), section("y", "Something else entirely stands on this very spot.")]) == ()
    )


def test_a_sentence_repeated_in_a_new_clause_is_no_split() -> None:
    old = (clause("fax", FAX),)
    assert layers(old, [section("Fax", FAX), section("Again", FAX)]) == [(0, 0, By.TEXT)]


def test_a_clause_that_went_into_another_has_it_as_successor() -> None:
    old = (OLD[1], OLD[3])
    assert layers(old, [section("Notice", NOTICE, FAX)]) == [(0, 0, By.TITLE), (1, 0, By.MERGE)]


def test_a_few_words_are_no_part() -> None:
    assert layers((clause("both", NOTICE, "No fax."),), [section("Both", NOTICE), section("Fax", "No fax.")]) == [
        (0, 0, By.TITLE)
    ]


def test_nothing_matches_nothing() -> None:
    assert match((), ()) == ()
    assert match((), [section("A", NOTICE)]) == ()
    assert match(OLD, ()) == ()


def test_a_text_that_repeats_itself_endlessly_is_matched_in_time() -> None:
    endless = "word " * 1500
    assert layers((clause("a", endless),), [section("A", endless + "end")]) == [(0, 0, By.TITLE)]


def change(*, similarity: float | None, is_confirmed: bool = False, verdict: Verdict | None = None) -> Change:
    links = () if similarity is None else (Link(predecessor="a", similarity=similarity, is_confirmed=is_confirmed),)
    return Change(
        clause="a",
        sorts=frozenset([Sort.REWORDED]),
        links=links,
        proposed=Verdict.MATERIAL,
        proposed_because="…",
        verdict=verdict,
    )


def test_a_person_is_shown_weak_links_and_what_has_no_counterpart() -> None:
    weak, lonely = change(similarity=0.59), change(similarity=None)
    decided = change(similarity=None, verdict=Verdict.MATERIAL)
    assert unsure([weak, lonely, change(similarity=0.6), decided]) == (weak, lonely)
    assert unsure([change(similarity=0.3, is_confirmed=True)]) == ()


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(OLD))))
def test_a_permutation_of_clauses_keeps_every_one(order: list[int]) -> None:
    assert {(pair.old, pair.new) for pair in match(OLD, [OLD[place] for place in order])} == {
        (place, new) for new, place in enumerate(order)
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12), min_size=1, max_size=6), st.randoms())
def test_no_clause_has_two_counterparts_of_its_own(texts: list[list[str]], chance: random.Random) -> None:
    old = [clause(f"c{n}", " ".join(words)) for n, words in enumerate(texts)]
    new = [section(f"C{n}", " ".join(chance.sample(words, len(words)))) for n, words in enumerate(texts)]
    own = [pair for pair in match(old, new) if not pair.is_part]
    assert len({pair.old for pair in own}) == len({pair.new for pair in own}) == len(own)
