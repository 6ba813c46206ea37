"""Canonical values in words: what `read_as` tells a person."""

from datetime import datetime

import numpy as np

from sheetsync.intake.dates import show
from sheetsync.intake.numbers import show_percent
from sheetsync.model.value import MOMENTS, Kind, Moment


def in_words(kind: Kind, value: object, *, whole_day: bool = False) -> str | None:
    """Return a value as a person would type it in full, None where there is none."""
    if kind in MOMENTS:
        if isinstance(value, np.datetime64):
            value = value.item()
        return show(Moment(at=value, whole_day=whole_day)) if isinstance(value, datetime) else None
    if isinstance(value, float):
        if np.isnan(value):
            return None
        return show_percent(value) if kind == "percent" else f"{value:.15g}"
    if isinstance(value, tuple):
        texts = [text for text in value if isinstance(text, str)]
        return "、".join(texts) if texts else None
    if kind == "raci" and isinstance(value, str):
        return "/".join(value)
    return value if isinstance(value, str) else None
