"""The JSON documents of `check` and `explain`: results of a run as the contract wants them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sheetsync.operations.check import BookResult
from sheetsync.operations.explain import Explanation, Reason
from sheetsync.render import documents
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Language


def check_document(
    results: Iterable[BookResult],
    *,
    now: datetime,
    region: str,
    last_published_year: int,
    zone: ZoneInfo,
    language: Language,
) -> Document:
    """Return the document of a check (interface, section 4).

    Args:
        results: One a workbook.
        now: Wall clock of the project's zone.
        region: Whose calendar counts.
        last_published_year: Last year of the official calendar.
        zone: The project's zone.
        language: Of the messages.
    """
    return {
        "schema": "sheetsync.check/1",
        "now": zoned(now, zone),
        "calendar": {"region": region, "last_published_year": last_published_year},
        "workbooks": [_book(result, zone, language) for result in results],
    }


def explain_document(
    explanations: Sequence[Explanation], *, path: str, now: datetime, zone: ZoneInfo, language: Language
) -> Document:
    """Return the document of an explanation.

    Args:
        explanations: One a record of that id.
        path: The workbook as the user named it.
        now: Wall clock of the project's zone.
        zone: The project's zone.
        language: Of the messages.
    """
    return {
        "schema": "sheetsync.explain/1",
        "now": zoned(now, zone),
        "path": path,
        "records": [_record(explanation, zone, language) for explanation in explanations],
    }


def _book(result: BookResult, zone: ZoneInfo, language: Language) -> Document:
    return {
        "path": result.path,
        "status": "ok" if result.error is None else "error",
        "error": result.error.say(language) if result.error else None,
        "written": result.written,
        "held": result.held.say(language) if result.held else None,
        "output": result.output,
        "beside": list(result.beside),
        "notes": [note.say(language) for note in result.notes],
        "updates": [update.say(language) for update in result.updates],
        **documents.judged(
            tables=result.tables,
            findings=result.findings,
            problems=result.problems,
            verdicts=result.verdicts,
            rungs=result.rungs,
            zone=zone,
            language=language,
        ),
        "changes": [asdict(change) for change in result.changes],
    }


def _record(explanation: Explanation, zone: ZoneInfo, language: Language) -> Document:
    return {
        **documents.row(explanation.verdict),
        "name": explanation.name,
        "reasons": [_reason(reason, zone, language) for reason in explanation.reasons],
        "watched": [rule.name for rule in explanation.watched],
        "problems": [problem.say(language) for problem in explanation.problems],
    }


def _reason(reason: Reason, zone: ZoneInfo, language: Language) -> Document:
    return {
        **documents.finding(reason.finding, zone, language),
        "title": reason.rule.title.say(language),
        "reason": reason.rule.reason.say(language),
        "place": reason.place,
        "cells": [documents.cell(item.column, item.raw, item.read_as) for item in reason.cells],
        "days": [
            {
                "day": day.day.isoformat(),
                "label": day.label.say(language),
                "stretches": [[zoned(start, zone), zoned(end, zone)] for start, end in day.stretches],
                "counted": day.counted,
                "provisional": day.provisional,
            }
            for day in reason.days
        ],
        "planned": None if reason.planned is None else {"passed": reason.planned[0], "of": reason.planned[1]},
    }
