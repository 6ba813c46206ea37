"""Every check by the name a rule gives: the model of its rules, and the function that tests them."""

from collections.abc import Mapping

from sheetsync.rules.checks import changes, clocks, completeness, conditions, links, matrix, progress
from sheetsync.rules.checks.hits import Check
from sheetsync.rules.spec import Rule

RULES: Mapping[str, type[Rule]] = {
    "sla": clocks.Sla,
    "deadline": clocks.Deadline,
    "approaching": clocks.Approaching,
    "deviation": progress.Deviation,
    "stale": clocks.Stale,
    "unreferenced": links.Unreferenced,
    "elements": completeness.Elements,
    "letter_count": matrix.LetterCount,
    "unknown_letters": matrix.UnknownLetters,
    "expression": conditions.Condition,
    "transition": changes.Transition,
    "receded": changes.Receded,
    "moved": changes.Moved,
}
"""The model of each check's rules."""

CHECKS: Mapping[str, Check] = {
    "sla": clocks.sla,
    "deadline": clocks.deadline,
    "approaching": clocks.approaching,
    "deviation": progress.deviation,
    "stale": clocks.stale,
    "unreferenced": links.unreferenced,
    "elements": completeness.elements,
    "letter_count": matrix.letter_count,
    "unknown_letters": matrix.unknown_letters,
    "expression": conditions.condition,
    "transition": changes.transition,
    "receded": changes.receded,
    "moved": changes.moved,
}
"""The function of each check."""
