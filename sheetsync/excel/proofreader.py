"""What we put into a part, read by a parser that is not ours before it goes anywhere."""

from xml.parsers import expat

_AT_ONCE = 1 << 16


class Proofreader:
    """Reads pieces of XML, each whole in itself, as they are made.

    Args:
        root: The start tag of what they stand in, with its namespaces.
    """

    def __init__(self, root: bytes) -> None:
        self._parser = expat.ParserCreate()
        self._waiting = [root]
        self._size = 0

    def read(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            ValueError: Something that came so far is not well-formed: a bug of ours.
        """
        self._waiting.append(piece)
        self._size += len(piece)
        if self._size > _AT_ONCE:
            self._parse(last=False)

    def finish(self, closing: bytes) -> None:
        """Read the rest.

        Args:
            closing: The end tag of what they stand in.

        Raises:
            ValueError: Something is not well-formed: a bug of ours.
        """
        self._waiting.append(closing)
        self._parse(last=True)

    def _parse(self, *, last: bool) -> None:
        try:
            self._parser.Parse(b"".join(self._waiting), last)
        except expat.ExpatError as error:
            raise ValueError(f"what was put in is not well-formed: {error}") from error
        self._waiting.clear()
        self._size = 0
