"""The verbs: each reads, lets the study decide, and writes, through ports only."""
