"""What an agent does here: sees where they stand, learns what changed, answers the quiz, signs, reads their record."""
