"""Who is ready, for which queue, and why not: one report behind the page, CSV, JSON and the command line."""
