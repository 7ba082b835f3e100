"""What can be refused. The message of each is the sentence that the person reads."""


class DomainError(Exception):
    """A rule says no; the sentence says why and what to do instead.

    `sentence` is English with holes like `%(policy)s`, which `values` fill: so it can be said in other languages.
    """

    def __init__(self, sentence: str = "", **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence % values if values else sentence)
