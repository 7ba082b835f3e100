"""What goes out comes back as it was: our items in each of our formats, and those of other systems through ours."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from lms import csv_files
from lms.domain.quizzes import Item, ItemType, Picture
from lms.exchange import csv_rows, qti_writing, yaml_items
from lms.exchange.fitting import Bank, Outcome
from tests.exchange import made
from tests.exchange.samples import BANK, fitted, items, qti21, read_items, sample
from tests.library.test_pictures import SVG, WORDS


def as_csv(bank: Sequence[Item]) -> bytes:
    return csv_files.text_of(csv_rows.COLUMNS, map(csv_rows.row_of, bank)).encode()


def as_qti(bank: Sequence[Item]) -> bytes:
    return qti_writing.package(bank, title="A bank")


def as_yaml(bank: Sequence[Item]) -> bytes:
    return yaml_items.written(bank).encode()


WRITERS: tuple[Callable[[Sequence[Item]], bytes], ...] = (as_yaml, as_qti, as_csv)


def by_id(bank: Sequence[Item]) -> list[Item]:
    return sorted(bank, key=lambda item: item.id)


@settings(max_examples=8, deadline=None)
@given(bank=made.banks())
def test_items_of_every_type_come_back_as_they_went_out(bank: list[Item]) -> None:
    assert yaml_items.problems(bank) == ()
    for write in WRITERS:
        assert by_id(read_items(write(bank))) == by_id(bank), write.__name__


@pytest.mark.parametrize("write", WRITERS)
def test_a_bank_of_another_system_goes_through_ours_without_loss(write: Callable[[Sequence[Item]], bytes]) -> None:
    for source in (sample("moodle.xml"), sample("bank.gift"), qti21(), sample("qti30/late.xml")):
        there = items(source)
        bank = Bank(number=BANK.number, clauses=BANK.clauses, items=there)
        again = fitted(write(list(there.values())), bank=bank)
        assert [line.outcome for line in again.lines] == [Outcome.SAME] * len(there)
        assert by_id([line.item for line in again.lines if line.item]) == by_id(list(there.values()))


def test_the_same_file_again_changes_nothing() -> None:
    for source in (sample("moodle.xml"), sample("bank.gift"), qti21()):
        bank = Bank(number=3, clauses=BANK.clauses, items=items(source))
        assert fitted(source, bank=bank).brought == ()


CORE = ("id", "type", "stem", "is_whole", "tolerance")


@settings(max_examples=6, deadline=None)
@given(bank=made.banks())
def test_other_systems_find_what_is_asked_and_what_is_right(bank: list[Item]) -> None:
    """Without the attribute of ours an item of a package is still the same question with the same right answers."""
    for item in bank:
        if item.type is ItemType.DECISION or item.case:
            continue
        raw = qti_writing.document(item)
        other = raw.replace(qti_writing.OURS.encode(), b"data-other")
        (found,) = read_items(other)
        is_same_text = found.type is item.type or ItemType.TRUE_FALSE in (found.type, item.type)
        assert is_same_text
        assert found.id == item.id
        if item.type in (ItemType.NUMBER, ItemType.SHORT):
            right = next(option for option in item.options if option.is_key)
            assert next(option.text for option in found.options if option.is_key) == right.text
            continue
        assert [(option.text, option.is_key) for option in found.options] == [
            (option.text, option.is_key) for option in item.options
        ]
        names = {choice.id: choice.text for choice in item.choices}
        found_names = {choice.id: choice.text for choice in found.choices}
        assert [found_names.get(option.match or "") for option in found.options] == [
            names.get(option.match or "") for option in item.options
        ]


ADDRESS = "/media/requests/ways.svg"


def drawn(name: str, address: str = ADDRESS) -> Item:
    """An item that shows a picture."""
    (item,) = items(f"// [tag:speed]\n::{name}:: Is it? {{T}}", filename="a.gift").values()
    picture = Picture(address=address, svg=SVG)
    return replace(item, stem=f"Look at it. What now?\n\n![{WORDS}]({address})", pictures=(picture,))


def bank_of(*there: Item, pictures: Sequence[Picture] = ()) -> Bank:
    """A draft with these items, and with these pictures besides."""
    known = {each.address: each for item in there for each in item.pictures} | {each.address: each for each in pictures}
    return Bank(number=BANK.number, clauses=BANK.clauses, items={item.id: item for item in there}, pictures=known)


@pytest.mark.parametrize("write", WRITERS)
def test_items_with_pictures_come_back(write: Callable[[Sequence[Item]], bytes]) -> None:
    item = drawn("one")
    assert [line.outcome for line in fitted(write([item]), bank=bank_of(item)).lines] == [Outcome.SAME]
    assert fitted(write([item]), bank=bank_of(pictures=item.pictures)).brought == (item,)


@pytest.mark.parametrize("write", WRITERS)
def test_a_picture_is_the_drafts_own_or_the_item_does_not_come_in(write: Callable[[Sequence[Item]], bytes]) -> None:
    item = drawn("one")
    told = [str(why) for line in fitted(write([item]), bank=bank_of()).lines for why in line.why]
    assert told == [
        f"It shows the picture “{ADDRESS}”, which the draft does not have. Load it from the files of the policy first."
    ]
    ours = Picture(address=ADDRESS, svg=SVG.replace("<svg", "<svg data-ours='1'"))
    assert [each.pictures for each in fitted(write([item]), bank=bank_of(pictures=[ours])).brought] == [(ours,)]
