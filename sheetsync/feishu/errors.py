"""What can go wrong with Feishu, by what whoever called can do about it."""

from sheetsync.errors import RemoteError, SheetSyncError
from sheetsync.text import Text

__all__ = [
    "AlreadySoError",
    "FeishuError",
    "NotAllowedError",
    "NotFoundError",
    "NotReachedError",
    "TooLargeError",
    "UnknownOutcomeError",
    "ValueRefusedError",
]


class FeishuError(RemoteError):
    """Feishu said no, or nothing.

    Args:
        what: What happened, in one sentence.
        why: The reason, if it adds something.
        fix: What to do now.
        where: The call, without anything secret.
        code: Feishu's code; 0 where it gave none.
        log_id: What Feishu's support asks for; empty where there is none.
    """

    def __init__(
        self,
        what: Text,
        *,
        why: Text | None = None,
        fix: Text | None = None,
        where: str | None = None,
        code: int = 0,
        log_id: str = "",
    ) -> None:
        self.code = code
        self.log_id = log_id
        super().__init__(what, why=why, fix=fix, where=where)

    def __reduce__(self) -> "tuple[object, ...]":
        whole = (type(self), self.what, self.why, self.fix, self.where, self.code, self.log_id)
        return _rebuild, whole


def _rebuild(
    kind: type[FeishuError],
    what: Text,
    why: Text | None,
    fix: Text | None,
    where: str | None,
    code: int,
    log_id: str,
) -> SheetSyncError:
    return kind(what, why=why, fix=fix, where=where, code=code, log_id=log_id)


class NotReachedError(FeishuError):
    """Feishu did not take the call, however often it was tried; nothing was applied."""


class UnknownOutcomeError(FeishuError):
    """The call was handed over and no readable answer came: read back what became of it."""


class ValueRefusedError(FeishuError):
    """A value or a name in the call does not fit; nothing was applied. Narrow down which row it is."""


class TooLargeError(FeishuError):
    """The call is more than Feishu can take or give at once; nothing was applied. Ask for less at a time."""


class NotFoundError(FeishuError):
    """What the call names is not there, or no longer: `code` tells what; nothing was applied."""


class AlreadySoError(FeishuError):
    """The name is taken, or nothing would change; nothing was applied."""


class NotAllowedError(FeishuError):
    """The app may not do that, or the plan does not hold more; a person has to change something at Feishu."""
