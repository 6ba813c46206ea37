"""How the project's database came to be, step by step; each step is written once and never changed.

A new step is a module with the next number; `tables.py` says the same as all steps together, and its
`REVISION` is the last number. There is no way back: an older program refuses the database of a newer one.
"""
