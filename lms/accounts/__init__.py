"""Signing in and out, sessions kept on the server, and bringing people in."""
