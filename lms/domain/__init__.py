"""The rules of Muster: plain Python, standard library only, time as an argument.

Read `standing.py` first. No Flask, no database and no clock may ever be imported here.

The words (one per idea; the full list is in CONTRIBUTING.md):

policy        a controlled document with an owner; outlives its text
version       1, 2, 3 …; immutable once published; *published* = visible, *effective* = governs the work
clause        the smallest rule that people own and are trained on; an id that survives rewording
block         a paragraph, list item or table row inside a clause; the unit in which a change is shown
change        what happened to one clause between two versions, with its verdict
verdict       *material* (meaning changed) or *editorial* (it did not)
lesson        a page of training that names the clauses it teaches
item          one question with its key, feedback and the clauses it tests
module        lessons, quiz and attestation for a set of clauses of one policy
evidence      immutable record that a person proved clauses
spell         a time in a queue, team, role or on leave: [start, end)
requirement   "who works in these queues needs this policy"; its settings are dated
standing      where one person stands with one policy in one queue at one instant
"""
