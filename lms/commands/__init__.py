"""The commands of `muster`, one module per noun; `lms/cli.py` puts them together."""
