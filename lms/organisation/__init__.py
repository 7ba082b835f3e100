"""Teams, a tree, and queues: made, renamed, moved."""
