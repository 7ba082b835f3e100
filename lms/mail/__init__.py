"""Mail: put into the outbox with the act that it tells of, sent by the worker."""
