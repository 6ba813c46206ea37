"""The command line: one file a command; it opens the hall, calls one thing, prints, and exits."""
