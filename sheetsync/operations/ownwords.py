"""The words of `[words]` as the vocabularies take them up."""

from collections.abc import Iterator

from sheetsync.config.settings import Settings
from sheetsync.config.words import OwnWord as GivenWord
from sheetsync.forms.spec import Word
from sheetsync.intake.ownwords import OwnWord
from sheetsync.specfile import Path, SpecTree


def own_words(settings: Settings, tree: SpecTree) -> Iterator[OwnWord]:
    """Yield the words of `[words]`.

    Args:
        settings: The settings.
        tree: The file they were read from.
    """
    for vocabulary, words in settings.words.items():
        for word, said in words.items():
            path: Path = ("words", vocabulary, word)
            if isinstance(said, GivenWord):
                added = Word(zh=word, en=said.en or word, finished=said.finished, paused=said.paused)
                synonyms, inside = said.synonyms, (*path, "synonyms")
            else:
                added, synonyms, inside = None, said, path
            yield OwnWord(
                vocabulary=vocabulary,
                word=word,
                place=_place(tree, path),
                synonyms={text: _place(tree, (*inside, number)) for number, text in enumerate(synonyms)},
                added=added,
            )


def _place(tree: SpecTree, path: Path) -> str:
    return f"{tree.name}:{tree.line(path)}"
