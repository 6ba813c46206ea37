"""`[words]`: what else people type for a standard word."""

from typing import Annotated

from pydantic import Discriminator, Tag

from sheetsync.config.section import Section, shape


class OwnWord(Section):
    """A standard word that only this project has.

    Args:
        en: Its English counterpart; the word itself when empty.
        synonyms: What people type instead.
        finished: True for a state in which nothing is left to do.
        paused: True for a state in which the work rests.
    """

    en: str = ""
    synonyms: tuple[str, ...] = ()
    finished: bool = False
    paused: bool = False


Word = Annotated[
    Annotated[tuple[str, ...], Tag("value")] | Annotated[OwnWord, Tag("table")], Discriminator(shape)
]
