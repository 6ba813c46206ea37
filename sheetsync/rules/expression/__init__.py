"""The language of rules without Python: small, total, typed against the form, evaluated on whole columns.

    expression = parser.parse("due < now and actual_progress < 100%")
    typed = checking.check(expression, form, catalogue)
    fires = evaluate.evaluate(typed, rows).true

It knows no attributes, loops, patterns or calls beyond `syntax.FUNCTIONS`; every expression ends, for every
table, and a cell that is empty or unreadable makes what depends on it unknown, which never fires.

**Days without a time of day.** A cell such as 10月8日 may mean any moment from the beginning of that day to
the end of work. `<` and `>` (and `!=`) hold only where they hold for all of them; `<=`, `>=` and `=` are
their opposites. So `due < now` and `raised_at + 2h < responded_at` say what the checks `deadline` and `sla`
say (docs/decisions/0002). A day in the expression (`today`, `2023-10-08`) is that whole day: `due <=
2023-10-08` holds until midnight. Of two known values exactly one of `<`, `=` and `>` holds.

The parser is our own: what a planner typed wrong is told by place, with what was expected and what comes
nearest, in both languages, and Chinese is written without spaces. A parser library would save the smaller
half and say it in its own words.
"""
