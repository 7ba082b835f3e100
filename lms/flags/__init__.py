"""What people find wrong or unclear in questions, lessons and clauses, and what policy owners answer."""
