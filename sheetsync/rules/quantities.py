"""Amounts and time limits in free text: whether a goal can be measured (spec section 7.3).

A goal such as 3个月内销售1万件 has both halves: a time limit (3个月内) and a number with a unit (1万件). What
is read as a time limit is never taken for an amount. In doubt a half counts as there: a goal that is fine is
not to be called vague.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_CHINESE = "[〇零一二两三四五六七八九十百千万]"
_COUNT = rf"(?:\d{{1,6}}|{_CHINESE}{{1,6}}|半)"
_MONTH = r"(?<!\d)(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?!内|之内|以内)"
_FESTIVALS = (
    "元旦|春节|清明|五一|劳动节|端午|六一八|618|中秋|国庆|十一黄金周|双十一|双11|双十二|双12|圣诞|开学"
)
_MEASURES = (
    "个百分点|百分点|亿美元|万美元|美元|亿元|万元|千元|元|人民币|rmb|usd|cny"
    "|个工作日|工作日|小时|分钟|秒|毫秒|个月|季度|个|人次|人天|人月|人|名|位|户|家|店|款|支|件|台|套|份|张|条|篇"
    "|次|场|项|组|批|只|辆|吨|公斤|千克|克|平方米|平米|公里|米|厘米|毫米|单|笔|箱|盒|瓶|包|页|处|座|间|层|幅"
    "|种|类|节|堂|门|本|册|字|分|颗|块|部|副|艘|架|条线|城|省|市|国|天|周|年|岁|倍|成|折|档|级|人份|版"
    "|dpi|ppi|px|像素|kg|km|cm|mm|gb|mb|tb|kb|ms|fps|mbps|度|毫升|升(?!级)|万|亿"
)
_BY_THEN = "完成|交付|上线|提交|达到|实现|到位"
_ENGLISH_LIMIT = (
    r"\b(?:by|before|until|within|in)\s+(?:the\s+)?(?:end\b|next\b|this\b|q[1-4]|\d|jan|feb|mar|apr|may|jun|jul|aug"
    r"|sep|oct|nov|dec|spring|summer|autumn|winter|one|two|three|four|six|twelve)"
    r"(?:[\w ]{0,30}?(?:days?|weeks?|months?|quarters?|years?))?"
)
_LIMIT = re.compile(
    "|".join(
        (
            r"(?:19|20)\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}[日号]?|月)?",
            r"(?<!\d)(?:19|20)\d\d(?:年度?|财年)",
            rf"(?<![\d.A-Za-z])20[23]\d(?!\d|\.\d|\s*(?:%|{_MEASURES}))",
            rf"{_MONTH}(?:份)?(?:\d{{1,2}}[日号]?|[一二三]?十?[一二三四五六七八九十]?[日号]|上旬|中旬|下旬|初|底|末)?",
            r"(?<![\d.])\d{1,2}[-/.]\d{1,2}(?![\d.%])(?=前|之前|日|止|完成|交付|上线)",
            r"(?<!\d)(?:[1-3]?\d)[日号](?=前|之前|内|止|完成|交付|上线|$)",
            r"(?<![A-Za-z\d])(?:Q[1-4]|[1-4]Q|H[12]|FY\s?\d{2,4})(?![A-Za-z\d])",
            r"第?[一二三四1-4]季度|[本下上]季度?末?|季末|季度末|[上下]半年|半年度",
            r"[今明后本当全][年]度?[内底末]?|年[底末内中]|财年|本财年",
            r"[本当下]个?月[底末内中]?|月[底末内]|[上中下]旬",
            r"[本下]周[一二三四五六日天末内]?|周[一二三四五六日天末](?=前|之前)|本周内|周末",
            rf"{_COUNT}(?:个(?:半)?(?:工作日|自然日|月|季度|星期|礼拜|财年)|工作日|天|日|周|月|季度|年)(?:之内|以内|内|之前|前|后)",
            rf"(?:为期|历时|用时|限期|期限)(?:约)?{_COUNT}个?(?:工作日|天|日|周|月|季度|年)",
            rf"(?:{_FESTIVALS})(?:节|假期|大促)?(?:之前|前|期间|当天|当日|后)",
            rf"(?<![目提以此当之面])(?:(?![目提以此当])[\u4e00-\u9fff]){{2,12}}(?:之前|前),?(?={_BY_THEN})",
            _ENGLISH_LIMIT,
            r"\b(?:this|next)\s+(?:week|month|quarter|year)\b",
        )
    ),
    re.IGNORECASE,
)
"""Days, months, quarters, years, spans that end, and what comes before an event."""

_COUNTED = (
    "个|款|支|件|台|家|人|名|位|场|套|份|次(?!性)|张|条|项|篇|倍|成|天|万元|元|种|轮|辆|间|门|本|组|批|遍"
)
_AMOUNT = re.compile(
    rf"(?P<before>不少于|不低于|不高于|不超过|不多于|至少|最多|至多|超过|突破|[约近超≥≤><~])?"
    rf"[¥$€]?(?<![\d.A-Za-z第周期#])(?P<number>\d+(?:,\d{{3}}){{0,4}}(?:\.\d+)?)(?P<range>[-~—至到]\d+(?:\.\d+)?)?"
    rf"(?P<many>[多余+几])?(?P<scale>[百千万亿]*)(?P<unit>%|‰|{_MEASURES})(?P<after>以上|以下|以内|左右|上下|多|\+)?",
    re.IGNORECASE,
)
_SPELT = re.compile(
    rf"(?<![第双周期统唯同之逐专星拜〇零一二两三四五六七八九十百千万])(?:{_CHINESE}+|[几数]十|[几数]百)(?:{_COUNTED})"
)
_OTHERWISE = re.compile(
    r"[¥$€]\s?\d|百分之|翻[一两]?番|翻[一两]?倍|减半|(?<!\d)[零0]\s?(?:事故|缺陷|投诉|差错|故障|延误|遗留|意见|返工|容忍)"
    r"|[一二三四五六七八九]成(?!为|功|果|本|立|员|长|都|绩)|(?<!\d)\d{1,6}(?:\.\d{1,3})?\s?[xX×]\s?\d|(?<![\w.])\d[\d,.]{0,15}\s+[a-z]{2,}s\b"
    r"|(?<![\w.])\d[\d,.]{0,15}\s+(?:people|staff|percent|units?)\b|[::为到至达过]\s?\d+(?:\.\d+)?(?![\d年月日号季./-])",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_ITEM = re.compile(r"(?:^|(?<=[\s;、]))\(?\d{1,2}[.、)](?!\d)")
_MONEY = re.compile("预算|资金|经费|费用|款项|拨款|budget|funds?", re.IGNORECASE)
_PEOPLE = re.compile(
    "人力|人手|人员|(?:设计|工程|摄影|摄像|培训|讲|律|会计|架构|分析)师|(?:专|技术|文|运维|测试|开发|业务|客服)员|助理|外包团队"
    "|headcount|staff",
    re.IGNORECASE,
)
_NO_SUM = re.compile("权限|审批|账号|人力资源")
_GAPS = re.compile(r"(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])")
_GOES_ON = re.compile(r"用于|包括|包含|含|例如|比如|如[:下]|其中|[:]$")
_SHARED = re.compile(r"各|均|共|合计|总计|每")

_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_MONETARY = {"元": 1.0, "千元": 1e3, "万元": 1e4, "亿元": 1e8, "人民币": 1.0, "rmb": 1.0, "cny": 1.0}
_ADDITIVE = frozenset("元件台家店款支人名位户场套份张条篇项辆吨单笔箱盒瓶包个")
"""Units of which parts add up to the whole; shares, times and measures do not."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with a unit.

    Args:
        value: The number, with 万 and the like multiplied out.
        unit: The unit; money in 元.
        exact: False for 约, 至少, 以上, ranges and the like.
    """

    value: float
    unit: str
    exact: bool


@lru_cache(maxsize=16_384)
def measured(text: str) -> tuple[bool, bool]:
    """Tell whether a text holds a number with a unit, and whether it sets a time limit."""
    plain = _plain(text)
    limited = _LIMIT.search(plain) is not None
    return _counts(_LIMIT.sub(";", plain) if limited else plain), limited


def has_amount(text: str) -> bool:
    """Tell whether a text holds a number with a unit that is no time limit."""
    return _counts(_LIMIT.sub(";", _plain(text)))


def _counts(text: str) -> bool:
    return any(pattern.search(text) is not None for pattern in (_AMOUNT, _SPELT, _OTHERWISE))


def additive(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text that parts of a whole add up to: pieces, shops, people, money."""
    return tuple(amount for amount in _amounts(_LIMIT.sub(";", _plain(text))) if amount.unit in _ADDITIVE)


def without_amount(text: str) -> tuple[str, ...]:
    """Return the resources of a request that name money or people but no number of them.

    Things, permissions and materials are not judged: they often cannot be counted.
    """
    plain = _ITEM.sub(";", _BRACKETS.sub("", _plain(text, spaces=True)))
    found: list[str] = []
    going_on = False
    for part in (part.strip() for part in re.split(r"[;、\n]", plain)):
        if has_amount(part) or re.search(r"\d", part):
            if _SHARED.search(part):
                found.clear()  # 设计师、文案各1人
        elif not (going_on or _NO_SUM.search(part)) and (_MONEY.search(part) or _PEOPLE.search(part)):
            found.append(part)
        going_on = bool(_GOES_ON.search(part)) or (going_on and not has_amount(part))
    return tuple(found)


def _plain(text: str, *, spaces: bool = False) -> str:
    """Return a text in half width, without spaces between Chinese characters and figures."""
    plain = unicodedata.normalize("NFKC", text).replace("。", ";")
    return plain if spaces else _GAPS.sub("", plain)


def _amounts(text: str) -> Iterator[Amount]:
    for found in _AMOUNT.finditer(text):
        scale, unit = found["scale"], found["unit"].lower()
        if unit in {"万", "亿"}:
            scale, unit = scale + unit, ""
        if scale not in _SCALES:
            continue
        factor = _SCALES[scale] * _MONETARY.get(unit, 1.0)
        yield Amount(
            value=float(found["number"].replace(",", "")) * factor,
            unit="元" if unit in _MONETARY else unit,
            exact=not any(found[doubt] for doubt in ("before", "range", "many", "after")),
        )
