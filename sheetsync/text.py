"""Words in both languages: what a person may read is a `Text`; the language is chosen where it is shown."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in Chinese and in English.

    Args:
        zh: The Chinese wording, the default everywhere.
        en: The English wording.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh

    def say(self, language: Language) -> str:
        """Return the wording in `language`."""
        return self.en if language == "en" else self.zh


def same(words: str) -> Text:
    """Return a `Text` that reads alike in both languages, such as a name or an id."""
    return Text(words, words)


def join(texts: "list[Text] | tuple[Text, ...]", zh: str = "；", en: str = "; ") -> Text:
    """Return `texts` as one, with the separator each language uses."""
    return Text(zh.join(text.zh for text in texts), en.join(text.en for text in texts))
