"""A backup is one file: every row of one moment, the content files and the key; and the way back."""
