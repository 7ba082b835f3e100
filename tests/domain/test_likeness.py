"""How alike two texts are."""

from lms.domain.likeness import bag, contained, differences, in_order, is_too_much, runs_in, similarity, without

MANY = ("a",) * 1500


def test_similarity_is_the_ratio_of_difflib_on_words() -> None:
    assert similarity(("a", "b", "c", "d"), ("a", "b", "x", "d")) == 0.75
    assert similarity((), ()) == 1.0


def test_only_runs_of_three_words_count_as_taken_over() -> None:
    assert contained(tuple("abcxde"), tuple("zabcyde")) == 3
    assert without(tuple("abcxde"), tuple("zabcyde")) == tuple("xde")


def test_a_bag_knows_how_often_but_not_where() -> None:
    assert bag(tuple("aba")) == bag(tuple("aab")) == {("a", 0), ("a", 1), ("b", 0)}


def test_runs_are_of_three_words() -> None:
    assert runs_in(tuple("abcd")) == {("a", "b", "c"), ("b", "c", "d")}
    assert runs_in(tuple("ab")) == frozenset()


def test_what_kept_its_order_is_the_longest_run() -> None:
    assert in_order([0, 1, 5, 2, 3, 4]) == {0, 1, 3, 4, 5}
    assert in_order([]) == frozenset()


def test_a_text_that_repeats_one_word_is_compared_without_order() -> None:
    assert is_too_much(MANY, MANY)
    assert similarity(MANY, (*MANY, "b")) > 0.99
    assert contained(MANY, MANY) == 0
    assert without(MANY, MANY) == ()
    assert differences(MANY, MANY) == [("equal", 0, 1500, 0, 1500)]
    assert differences(MANY, (*MANY, "b")) == [("replace", 0, 1500, 0, 1501)]
    assert differences(("a",), ("b",)) == [("replace", 0, 1, 0, 1)]
