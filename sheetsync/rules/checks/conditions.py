"""The check for own rules without Python: a condition over the columns of a record."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.expression import checking, evaluate, parser
from sheetsync.rules.expression.checking import Typed
from sheetsync.rules.expression.mistakes import ExpressionError
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Rule
from sheetsync.text import Text


class Condition(Rule):
    """A condition holds that must not.

    Args:
        flags: The condition in the language of `rules.expression`; where it holds, the rule is not met.
            A record for which that is not known is not flagged.
        watch: The column that is watched: the one to mend.
    """

    flags: str
    watch: FieldName

    column_keys = ("watch",)

    def reads(self, form: Form, catalogue: Catalogue) -> frozenset[str]:
        """Return the columns of a form that the condition names, beside all others of the rule."""
        return super().reads(form, catalogue) | _typed(self, form, catalogue).fields

    def mistakes(self, form: Form, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
        """Yield what is wrong with the condition as one over this form."""
        try:
            _typed(self, form, catalogue)
        except ExpressionError as error:
            yield "flags", error.message


def condition(rule: Condition, rows: Rows) -> Hits:
    """Records for which the condition is known to hold."""
    truth = evaluate.evaluate(_typed(rule, rows.form, rows.book.catalogue), rows)
    return Hits(fires=np.asarray(truth.true, np.bool_), watch=rule.watch)


@lru_cache(maxsize=1024)
def _read(flags: str, form: str, catalogue: Catalogue) -> Typed:
    return checking.check_condition(parser.parse(flags), catalogue.forms[form], catalogue)


def _typed(rule: Condition, form: Form, catalogue: Catalogue) -> Typed:
    return _read(rule.flags, form.id, catalogue)
