"""Items of other systems as items of ours, and back. Pure: bytes in, a report by line out, no database, no network."""
