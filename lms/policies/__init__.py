"""Policies: loading, importing, judging and publishing versions, and reading and comparing them."""
