"""Words that `[words]` of the settings adds to the vocabularies, and why some cannot be added."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Vocabulary, Word
from sheetsync.intake.words import LONGEST, WordReader, word_key
from sheetsync.mistakes import nearest
from sheetsync.text import Text, join, same


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """One word of the settings.

    Args:
        vocabulary: The list it belongs to.
        word: The standard word.
        place: Where that stands, such as `sheetsync.toml:12`.
        synonyms: What people type instead, each with its place.
        added: The word itself where it is a new one, None where it is in the list already.
    """

    vocabulary: str
    word: str
    place: str
    synonyms: Mapping[str, str] = field(default_factory=dict)
    added: Word | None = None


def with_own_words(catalogue: Catalogue, given: Iterable[OwnWord]) -> Catalogue:
    """Return the catalogue with the words of the settings, which no workbook can overrule.

    Args:
        catalogue: Forms and vocabularies of files.
        given: The words, in their order.

    Raises:
        SpecFileError: With every word that cannot be, each with its place.
    """
    words = dict(catalogue.vocabularies)
    settled = {name: dict(spellings) for name, spellings in catalogue.settled.items()}
    refused: list[SpecFileError] = []
    for own in given:
        mistakes = list(_mistakes(own, words))
        refused += mistakes
        if not mistakes:
            words[own.vocabulary] = _extended(words[own.vocabulary], own)
            settled.setdefault(own.vocabulary, {}).update({own.word: own.place, **own.synonyms})
    if refused:
        said = refused[0].what if len(refused) == 1 else join([_with_line(error) for error in refused])
        raise SpecFileError(said, where=refused[0].where)
    return replace(catalogue, vocabularies=words, settled=settled)


def _mistakes(own: OwnWord, words: Mapping[str, Vocabulary]) -> Iterator[SpecFileError]:
    vocabulary = words.get(own.vocabulary)
    if vocabulary is None:
        yield SpecFileError(_no_vocabulary(own.vocabulary, words), where=own.place)
        return
    reader = WordReader(vocabulary)
    standard = reader.standard(own.word)
    if own.added is not None and standard is not None:
        yield SpecFileError(
            Text(
                f"“{own.word}”已在词表中（{standard}）；只加同义词时写成列表",
                f"'{own.word}' is in the list already ({standard}); to add synonyms, write a list",
            ),
            where=own.place,
        )
    elif own.added is None and standard != own.word and not (standard is None and vocabulary.open):
        yield SpecFileError(_no_word(own, reader, standard), where=own.place)
    for synonym, place in own.synonyms.items():
        if not word_key(synonym) or len(synonym) > LONGEST:
            yield SpecFileError(
                Text(
                    f"同义词应有 1 到 {LONGEST} 个字：“{synonym[:20]}”",
                    f"a synonym has 1 to {LONGEST} letters: '{synonym[:20]}'",
                ),
                where=place,
            )
        elif (other := reader.standard(synonym)) is not None and other != own.word:
            yield SpecFileError(
                Text(
                    f"“{synonym}”已经表示“{other}”，不能再表示“{own.word}”",
                    f"'{synonym}' means '{other}' already and cannot mean '{own.word}', too",
                ),
                where=place,
            )


def _no_vocabulary(name: str, words: Mapping[str, Vocabulary]) -> Text:
    titles = {vocabulary.title.zh: key for key, vocabulary in words.items()}
    near = titles.get(name) or nearest(name, words)
    listed = "、".join(f"{key}（{vocabulary.title.zh}）" for key, vocabulary in words.items())
    hint = (
        Text(f"，是否想写 {near}", f"; did you mean {near}")
        if near
        else Text(f"，可用：{listed}", f"; known: {', '.join(words)}")
    )
    return Text(f"没有词表 {name}{hint.zh}", f"there is no vocabulary '{name}'{hint.en}")


def _no_word(own: OwnWord, reader: WordReader, standard: str | None) -> Text:
    near = standard or reader.nearest(own.word)
    hint = Text(f"，是否想写 {near}", f"; did you mean {near}") if near else same("")
    return Text(
        f"词表 {own.vocabulary} 没有标准词 {own.word}{hint.zh}；可用：{reader.listed}；"
        f'要加新词，写成 "{own.word}" = {{ en = "…" }}',
        f"{own.vocabulary} has no standard word '{own.word}'{hint.en}; known: {reader.listed}; "
        f'to add a word, write "{own.word}" = {{ en = "…" }}',
    )


def _extended(vocabulary: Vocabulary, own: OwnWord) -> Vocabulary:
    """Return a vocabulary with one word more, or with more synonyms of one."""
    synonyms = tuple(own.synonyms)
    known = {word.zh for word in vocabulary.words}
    if own.word not in known:
        word = own.added or Word(zh=own.word, en=own.word)
        added = word.model_copy(update={"synonyms": synonyms})
        return vocabulary.model_copy(update={"words": (*vocabulary.words, added)})
    words = tuple(
        word.model_copy(update={"synonyms": (*word.synonyms, *synonyms)}) if word.zh == own.word else word
        for word in vocabulary.words
    )
    return vocabulary.model_copy(update={"words": words})


def _with_line(error: SpecFileError) -> Text:
    line = (error.where or "").rpartition(":")[2]
    return Text(f"第 {line} 行 {error.what.zh}", f"line {line}: {error.what.en}")
