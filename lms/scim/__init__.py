"""SCIM 2.0 at /scim/v2: a directory keeps people, and who is in which team and queue (RFC 7643, RFC 7644)."""
