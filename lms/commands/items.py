"""`muster items`: the questions of quizzes."""

import click


@click.group()
def items() -> None:
    """The questions of quizzes."""
