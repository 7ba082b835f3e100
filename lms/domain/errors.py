"""What can be refused. The message of each is the sentence that the person reads."""


class DomainError(Exception):
    """A rule says no; the message says why and what to do instead."""
