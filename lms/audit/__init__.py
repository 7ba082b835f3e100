"""The audit log on screen and as a file."""
