"""The way in to everything an administrator looks after; each part lives in a room of its own."""
