"""What can be refused. The message of each is the sentence that the person reads."""


class DomainError(Exception):
    """A rule says no; the sentence says why and what to do instead.

    `sentence` is English with holes like `%(policy)s`, which `values` fill: so it can be said in other languages.
    """

    def __init__(self, sentence: str = "", **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence % values if values else sentence)


class Told(str):
    """One mistake of many in what was sent: English as it is read, with its sentence and what fills it, as above."""

    sentence: str
    values: dict[str, object]

    def __new__(cls, sentence: str, /, **values: object) -> "Told":
        """The sentence, filled."""
        told = super().__new__(cls, sentence % values if values else sentence)
        told.sentence, told.values = sentence, values
        return told


class Counted(Told):
    """The same where the words depend on a number, which `%(num)s` gives: `sentence` is of one, `many` of others."""

    many: str
    number: int

    def __new__(cls, one: str, many: str, number: int, /, **values: object) -> "Counted":
        """The sentence that fits the number, filled."""
        told = str.__new__(cls, (one if number == 1 else many) % {"num": number, **values})
        told.sentence, told.many, told.number, told.values = one, many, number, values
        return told
