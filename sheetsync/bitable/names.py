"""Names for fields and tables of ours where people may have taken the one that we would like."""

from collections.abc import Iterable


def free_name(title: str, taken: Iterable[str]) -> str:
    """Return a name that nobody bears: the title, or the title with something behind it."""
    names = set(taken)
    if title not in names:
        return title
    first = f"{title}（系统）" if not title.isascii() else f"{title} (system)"
    return next(name for name in (first, *(f"{first}{n}" for n in range(2, 1000))) if name not in names)
