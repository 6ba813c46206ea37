"""Answers that are no yes, as errors that people understand."""

from collections.abc import Mapping

from sheetsync.feishu.codes import FIXES, LOGIN_FIX, Kind
from sheetsync.feishu.errors import (
    AlreadySoError,
    FeishuError,
    NotAllowedError,
    NotFoundError,
    NotReachedError,
    TooLargeError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from sheetsync.feishu.line import Call, Verdict
from sheetsync.text import Text

_WHAT: Mapping[Kind, tuple[type[FeishuError], Text]] = {
    "busy": (
        TooLargeError,
        Text("飞书一次处理不了这么多数据。", "Feishu cannot handle that much at once."),
    ),
    "unsent": (NotReachedError, Text("连不上飞书，没有发送。", "Feishu is not reached; nothing was sent.")),
    "untrusted": (
        NotReachedError,
        Text("飞书的证书不可信，没有发送。", "Feishu's certificate is not trusted; nothing was sent."),
    ),
    "token": (NotAllowedError, Text("飞书不认应用的令牌。", "Feishu does not take the app's token.")),
    "login": (
        NotAllowedError,
        Text(
            "飞书不认应用的 app_id 或 app_secret。",
            "Feishu does not know the app's id, or its secret is wrong.",
        ),
    ),
    "value": (ValueRefusedError, Text("飞书不收其中一个值。", "Feishu refuses one of the values.")),
    "large": (
        TooLargeError,
        Text("一次给飞书或向飞书要的太多。", "That is too much for one call to Feishu."),
    ),
    "missing": (
        NotFoundError,
        Text("飞书里没有这个对象（可能被删除或改名）。", "That is not (or no longer) at Feishu."),
    ),
    "same": (
        AlreadySoError,
        Text("飞书里已经是这样，或名字已被占用。", "It is so already, or the name is taken."),
    ),
    "right": (NotAllowedError, Text("飞书不允许应用这样做。", "Feishu does not let the app do that.")),
    "full": (NotAllowedError, Text("飞书里的数量到上限了。", "There is no room for more at Feishu.")),
}

_ROOM = Text(
    "请删掉不用的记录、字段、视图或数据表，或升级套餐。",
    "Remove records, fields, views or tables that are not used, or have the plan upgraded.",
)
_ELSE: tuple[type[FeishuError], Text] = (
    FeishuError,
    Text("飞书拒绝了这次调用。", "Feishu refused the call."),
)
_NETWORK = Text(
    "请检查网络、代理（HTTPS_PROXY）和本机时间，稍后再运行。",
    "Check the network, the proxy (HTTPS_PROXY) and this machine's clock, and run again later.",
)
_REPORT = Text("如果再次出现，请带上日志编号反馈。", "If it happens again, report it with the log id.")


def refused(call: Call, verdict: Verdict, *, doubt: bool = False) -> FeishuError:
    """Return the error for an answer that no repetition will change.

    Args:
        call: What was asked.
        verdict: What the answer means.
        doubt: True where nobody knows whether it was applied.
    """
    if doubt:
        return _unknown(call, verdict)
    kind, what = _WHAT.get(verdict.kind, _ELSE)
    return kind(
        what,
        why=_why(verdict),
        fix=_fix(verdict),
        where=call.endpoint,
        code=verdict.code,
        log_id=verdict.log_id,
    )


def given_up(call: Call, verdict: Verdict, *, doubt: bool, attempts: int) -> FeishuError:
    """Return the error for a call that was tried until patience ended; `doubt` as for `refused`."""
    if doubt:
        return _unknown(call, verdict)
    return NotReachedError(
        Text(f"试了 {attempts} 次，飞书都没有接受。", f"Feishu did not take it, in {attempts} attempts."),
        why=_why(verdict),
        fix=Text("请检查网络，稍后再运行。", "Check the network and run again later."),
        where=call.endpoint,
        code=verdict.code,
        log_id=verdict.log_id,
    )


def _unknown(call: Call, verdict: Verdict) -> FeishuError:
    return UnknownOutcomeError(
        Text("不知道飞书是否已经执行。", "Nobody knows whether Feishu has done it."),
        why=_why(verdict),
        fix=Text("再运行一次会先核对再补。", "The next run looks first and then mends."),
        where=call.endpoint,
        code=verdict.code,
        log_id=verdict.log_id,
    )


def _why(verdict: Verdict) -> Text:
    code = str(verdict.code) if verdict.code else ""
    said = " ".join(part for part in (code, verdict.said) if part)
    log = verdict.log_id
    if verdict.kind in {"unsent", "untrusted"}:
        return Text(f"（{said}）", f"({said})")
    return Text(
        f"（飞书答复：{said}{f'，日志编号 {log}' if log else ''}）",
        f"(Feishu says: {said}{f', log id {log}' if log else ''})",
    )


def _fix(verdict: Verdict) -> Text | None:
    if verdict.code in FIXES:
        return FIXES[verdict.code]
    if verdict.kind in {"token", "login"}:
        return LOGIN_FIX
    if verdict.kind == "full":
        return _ROOM
    if verdict.kind in {"unsent", "untrusted"}:
        return _NETWORK
    return _REPORT if verdict.kind == "wrong" else None
