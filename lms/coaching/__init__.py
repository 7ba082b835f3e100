"""What a coach sees of their people and does for them: desk, board, refreshers, moved due moments."""
