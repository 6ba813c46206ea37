"""What can be done in a project: every command is one call, grouped by what it is about."""
