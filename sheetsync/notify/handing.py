"""Hands messages over as posts, one by one, where nothing may be posted twice."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from sheetsync.model.message import Delivery, DeliveryState, Message
from sheetsync.notify.posting import NotHandedOverError, NoWordError, Reply, Target, connected, post
from sheetsync.text import Text

_REST = 60.0
"""Seconds that messages wait after one that did not leave."""

TAKEN = Text("另一次运行已经发送", "another run has sent it")
WAITS = Text(
    "前一条没有等到答复，这条等下次运行", "the one before had no answer; this one waits for the next run"
)


class Down:
    """Why nothing leaves for a while: who calls message by message shall not wait for each in vain.

    Args:
        clock: Seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._why: Text | None = None
        self._until = 0.0

    @property
    def why(self) -> Text | None:
        """Why not now; None where messages may leave."""
        return self._why if self._clock() < self._until else None

    def after(self, state: DeliveryState, said: Text) -> None:
        """Take note of what became of a message."""
        if state in {"later", "doubt"}:
            self._why = said if state == "later" else WAITS
            self._until = self._clock() + _REST


def handed_over(
    messages: Iterable[Message],
    claim: Callable[[Message], bool],
    target: Target,
    content: Callable[[Message], tuple[bytes, Mapping[str, str]]],
    meaning: Callable[[Reply], tuple[DeliveryState, Text]],
    down: Down,
) -> Iterator[Delivery]:
    """Post messages one by one; yield what became of each at once.

    After one that did not leave, or may have, the others wait.

    Args:
        messages: What is to leave.
        claim: Asked when there is a connection, right before a message is handed over.
        target: Where to.
        content: Returns body and headers of a post.
        meaning: Returns what an answer means.
        down: Why nothing leaves now, if that is so.
    """
    for message in messages:
        if down.why is not None:
            yield became("later", message, down.why)
            continue
        body, headers = content(message)
        try:
            connection = connected(target)
        except NotHandedOverError as error:
            down.after("later", error.said)
            yield became("later", message, error.said)
            continue
        try:
            if not claim(message):
                yield became("already", message, TAKEN)
                continue
            state, said = meaning(post(connection, target, body, headers))
        except NoWordError as error:
            state, said = "doubt", error.said
        finally:
            connection.close()
        down.after(state, said)
        yield became(state, message, said)


def became(state: DeliveryState, message: Message, reply: Text) -> Delivery:
    """Return what became of a message."""
    return Delivery(key=message.key, recipient=message.recipient, state=state, reply=reply)
