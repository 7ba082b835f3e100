"""The rule of standing for everybody at once, as columns: the second form of `lms.domain.standing`.

The scalar rule is the specification; its files and these have the same names, so that they can be read side by side,
and a property test holds the two equal on random histories. People are rows 0 to n - 1; a moment is an int64 of
microseconds since 1970. Nothing here knows Flask, the database or the clock. Source: domain.md section 4, decision
0027.
"""
