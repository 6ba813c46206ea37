"""Who is asked or promises in a clause, and to do what: 请市场部*专员补充文案."""

import re

_ASKED = re.compile(
    r"(?:烦请|劳烦|有劳|麻烦|务请|敬请|还请|需要|希望|等待|提醒|催促|@|请|由|让|待|等|催|盼|需)+(?P<rest>.*)"
)
_ROLES = "专员|经理|主管|总监|助理|设计师|工程师|主任|组长|部长|负责人|接口人|对接人|同事|老师"
_VERB = re.compile(
    r"(?:补充|补齐|补交|补发|提供|提交|提出|给出|给到|出具|确认|完成|回复|答复|反馈|发送|发出|发布|发到|发给|审核|审批|审定|评审"
    r"|批准|签字|签署|盖章|协调|安排|支持|协助|配合|帮忙|处理|解决|修改|修复|修订|更新|上传|上报|汇报|对接|准备|落实|敲定|定稿"
    r"|交付|到位|到货|送达|送到|寄出|发货|下单|采购|付款|打款|报价|拍摄|制作|设计|开发|测试|上线|联系|通知|组织|召开|指定|指派"
    r"|借调|借用|调配|预留|腾出|开通|跟进|催办|整理|汇总|输出|导出|同步|转交|验收|检查|核对|负责|承诺)"
    rf"(?!部|组|师|员|人|中心|公司|{_ROLES})"
)
"""What people are asked to do; 设计部 is nobody's deed."""
_SURNAME = (
    "赵钱孙李周吴郑王冯陈沈韩杨朱秦许何吕张孔曹严华魏陶姜戚谢邹苏潘葛范彭鲁韦马苗俞袁柳唐费薛雷贺倪汤殷罗毕郝邵汪毛戴宋庞熊纪"
    "舒屈董梁杜阮蓝季贾江童颜郭梅林钟徐邱骆蔡田樊胡凌霍卢莫丁邓崔龚程邢裴陆荣翁曾刘叶黎龙夏侯尹姚谭廖段史顾孟黄肖"
)
_NAME = re.compile(rf"(?:欧阳|上官|司马|诸葛|[{_SURNAME}])[\u4e00-\u9fff]{{1,2}}")
_NO_NAME = re.compile(
    r"周[期报边年会末转刊]|许可|严[格重]|毛[利坯]|雷达|贺[卡信]|罗列|毕[业竟]|董事|夏季|季度|陆续|曾经|黄[色页金]|苏州|陈[列述旧]"
    r"|陶瓷|谢谢|杜绝|林业|黎明|叶片|何[时处]|沈阳|蓝[图色]|张[贴数]|梁柱|龙头|段落|程[序度]|童装|费用|钱款|江[苏西]|华[东南北中]"
    r"|荣[誉获]|史料|纪[要念律]|田间|马上|钟表|梅花"
)
"""Common words that begin like a name."""
_ROLE = re.compile(rf"(?:(?<![全局内外])部|小?组|部门|中心|公司|供应商|厂家|客户|甲方|乙方|对方|{_ROLES})$")
_CALLED = re.compile(rf"[{_SURNAME}][总工]")
_MANNER = re.compile(
    r"(?:最晚|最迟|务必|必须|尽量|尽快|尽早|及时|抓紧|马上|立即|立刻|一定|应该|应当|可以|能够|应|须|需|于|在|会|将|要|可|能|再|就|先)+$"
)
"""Words between a person and a deed that are neither."""
_AMID = re.compile(r"(?:(?<![申邀聘])请|(?<![理自事缘])由|@)[^@请由]*$")
"""Whom a clause names after other words: 10月10日发布会物料由李娜."""
_ONE_OF = re.compile(rf".{{1,10}}?(?:(?<![全局内外])部(?!门)|{_ROLES})(?=.)")
_LONGEST = 15
_PROSE = 80
"""A longer clause is no request to anybody."""


def who(words: str) -> tuple[str | None, str]:
    """Return who acts, and the action or what is known of it.

    Args:
        words: Prepared text of a clause without its date: `请*专员补充文案`, `文案`, `张三、李四`.

    Returns:
        The person, role or department, and the words about the deed. An empty text where nobody is named;
        None where somebody is asked and it is not clear whom.
    """
    if len(words) > _PROSE:
        return "", words
    words = _MANNER.sub("", words.strip(" :,、;。-()"))
    if (amid := _AMID.search(words)) and amid.start():
        actor, action = who(words[amid.start() :])
        return actor, f"{words[: amid.start()]}{action}"
    asked = _ASKED.fullmatch(words)
    rest = asked["rest"] if asked else words
    verb = _VERB.search(rest)
    cut = verb.start() if verb else len(rest)
    name = _MANNER.sub("", rest[:cut].strip(" :,、-")).strip(" :,、-")
    if not name:
        return "", rest[cut:]
    if len(name) <= _LONGEST and (_is_somebody(name) or (asked and len(name) <= 4)):
        return name, rest[cut:]
    if asked and (one := _ONE_OF.match(rest)):
        return one[0], rest[one.end() :]
    return (None, words) if asked else ("", words)


def asks(words: str) -> bool:
    """Tell whether a clause asks somebody for something."""
    return _ASKED.match(words.strip()) is not None or _AMID.search(words) is not None


def _is_somebody(name: str) -> bool:
    """Tell whether words name persons, roles or departments and nothing else."""
    parts = [part for part in re.split(r"[、,和与及@]", name) if part]
    return bool(parts) and all(_is_one(part) for part in parts)


def _is_one(part: str) -> bool:
    if "*" in part or _ROLE.search(part) or _CALLED.fullmatch(part):
        return True
    return bool(_NAME.fullmatch(part)) and not _NO_NAME.match(part)
