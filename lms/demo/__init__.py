"""The demo organisation: half a year of a fictional operation, made by a seeded simulation through the real actions."""
