"""How Muster itself is: for those who run it, for proxies and for monitoring."""
