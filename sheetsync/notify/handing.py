"""Hands messages over as posts, one by one, where nothing may be posted twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from sheetsync.model.message import Delivery, DeliveryState, Message
from sheetsync.notify.posting import NotHandedOverError, NoWordError, Reply, Target, connected, post
from sheetsync.text import Text

TAKEN = Text("另一次运行已经发送", "another run has sent it")
WAITS = Text(
    "前一条没有等到答复，这条等下次运行", "the one before had no answer; this one waits for the next run"
)


def handed_over(
    messages: Iterable[Message],
    claim: Callable[[Message], bool],
    target: Target,
    content: Callable[[Message], tuple[bytes, Mapping[str, str]]],
    meaning: Callable[[Reply], tuple[DeliveryState, Text]],
) -> Iterator[Delivery]:
    """Post messages one by one; yield what became of each at once.

    After one that did not leave, or may have, the others wait for the next run.

    Args:
        messages: What is to leave.
        claim: Asked when there is a connection, right before a message is handed over.
        target: Where to.
        content: Returns body and headers of a post.
        meaning: Returns what an answer means.
    """
    down: Text | None = None
    for message in messages:
        if down is not None:
            yield became("later", message, down)
            continue
        body, headers = content(message)
        try:
            connection = connected(target)
        except NotHandedOverError as error:
            down = error.said
            yield became("later", message, down)
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
        if state in {"later", "doubt"}:
            down = said if state == "later" else WAITS
        yield became(state, message, said)


def became(state: DeliveryState, message: Message, reply: Text) -> Delivery:
    """Return what became of a message."""
    return Delivery(key=message.key, recipient=message.recipient, state=state, reply=reply)
