"""What Feishu's codes mean, by what is to be done; HTTP status says little (reference, 6)."""

from collections.abc import Mapping
from typing import Literal

from sheetsync.text import Text

Kind = Literal[
    "good",  # done
    "again",  # not done now: wait a little and try again
    "reset",  # too many calls: wait as long as the server says
    "busy",  # not done, and maybe too large: a few tries, then smaller
    "unsent",  # it did not leave this machine
    "untrusted",  # whoever answers does not prove to be Feishu
    "unknown",  # maybe done
    "verify",  # maybe done, and no repetition will tell
    "token",  # our token is no longer good
    "login",  # the app's id or secret is wrong
    "value",  # a value or name does not fit
    "large",  # too much at once
    "missing",  # what is named is not there
    "same",  # already so
    "right",  # not allowed
    "full",  # a quota is used up
    "wrong",  # our mistake
]

_KINDS: Mapping[Kind, tuple[int, ...]] = {
    "good": (0,),
    "again": (1254290, 1254112, 1254291, 1254036, 1061045, 90235, 90217, 230020, 11232),
    "reset": (99991400,),
    "busy": (1254607, 1254002),
    "unknown": (
        1315201,
        1315203,
        1315210,
        1255001,
        1255002,
        1255003,
        1255004,
        1255005,
        1255040,
        1061001,
        1061006,
        1254608,
    ),
    "verify": (1255006,),
    "token": (99991661, 99991663, 99991664, 99991665, 99991671, 99991677),
    "login": (10003, 10012, 10013, 10014, 10015, 99991543),
    "value": (
        *(1254000, 1254001, 1254006, 1254010, 1254015, 1254016, 1254018, 1254024, 1254037, 1254045),
        *range(1254060, 1254075),
        *(
            1254130,
            1254303,
            99992402,
            90202,
            90204,
            90221,
            230001,
            230017,
            230025,
            230099,
            234001,
            234006,
            234010,
        ),
    ),
    "large": (1254104, 1254030, 90227),
    "missing": (
        91402,
        1254003,
        1254040,
        1254041,
        1254042,
        1254043,
        1254044,
        131005,
        90214,
        90215,
        1310214,
        1310249,
    ),
    "same": (1254013, 1254014, 1254020, 1254606),
    "right": (
        91403,
        1254302,
        1254304,
        1254306,
        99991401,
        99991403,
        99991672,
        90218,
        90213,
        1310213,
        131006,
        230002,
        230013,
    ),
    "full": (1254100, 1254101, 1254103, 1254105, 1254106),
    "wrong": (
        1254026,
        1254028,
        1254029,
        *range(1254080, 1254097),
        1254034,
        1254046,
        99991668,
        99991669,
        9499,
    ),
}

_KIND_OF: Mapping[int, Kind] = {code: kind for kind, codes in _KINDS.items() for code in codes}


def kind_of(code: int) -> Kind:
    """Return what is to be done about a code; one that nobody knows is our mistake and is shown as it is."""
    return _KIND_OF.get(code, "wrong")


_ADD_APP = Text(
    "请打开这个多维表格，右上角“…”→“更多”→“添加文档应用”，把应用加进去并给“可编辑”权限。",
    "Open the base, then … → More → Add document app, add the app and let it edit.",
)

_ADD_APP_TO_SHEET = Text(
    "请打开这个电子表格，右上角“…”→“更多”→“添加文档应用”，把应用加进去；要标记的话给“可编辑”权限。",
    "Open the spreadsheet, then … → More → Add document app and add the app; let it edit if it is to mark.",
)

FIXES: Mapping[int, Text] = {
    91403: _ADD_APP,
    1254302: Text(
        "这个多维表格开了高级权限：请在“高级权限”里把应用加到能读写这些数据表的角色。",
        "The base has advanced permissions: add the app to a role that may read and write these tables.",
    ),
    1254304: Text(
        "当前飞书版本不支持：请联系企业管理员升级套餐。",
        "The tenant's plan does not include it: ask its administrator.",
    ),
    1254306: Text(
        "当前飞书版本不支持：请联系企业管理员升级套餐。",
        "The tenant's plan does not include it: ask its administrator.",
    ),
    99991672: Text(
        "请在开放平台“权限管理”里给应用开通所缺权限（如 bitable:app、im:message），"
        "发布新版本并等管理员通过。",
        "Grant the app the missing scopes (such as bitable:app, im:message) in the developer console, "
        "publish a new version and have it approved.",
    ),
    99991401: Text(
        "应用设置了 IP 白名单：请在开放平台“安全设置”里加上本机的出口地址。",
        "The app has a list of allowed addresses: add this machine's in its security settings.",
    ),
    99991403: Text(
        "本月 API 调用次数用完了：请联系企业管理员。",
        "This month's API calls are used up: ask the tenant's administrator.",
    ),
    91402: Text(
        "请检查多维表格的链接；知识库（/wiki/）里的表要用表自己的 app_token。",
        "Check the link of the base; one in a wiki has an app_token of its own.",
    ),
    90213: _ADD_APP_TO_SHEET,
    1310213: _ADD_APP_TO_SHEET,
    90218: Text("表格被锁定或保护，请解除后再试。", "The sheet is locked or protected; lift that first."),
    230002: Text("请先把应用的机器人拉进这个群。", "Add the app's bot to the chat first."),
    230013: Text(
        "收件人不在应用的可用范围内：请在开放平台“可用范围”里加上。",
        "The person is outside the app's availability: add them in the developer console.",
    ),
}

LOGIN_FIX = Text(
    "请检查 sheetsync.toml 的 [feishu] app_id 和 app_secret（开放平台“凭证与基础信息”）。",
    "Check [feishu] app_id and app_secret in sheetsync.toml (Credentials in the developer console).",
)
