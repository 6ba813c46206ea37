"""The weekly mail: its numbers are those of the trends, and every mail program can show it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import html as markup

from sheetsync.model.message import Attachment, MailDraft, Message
from sheetsync.model.summary import Figure, Summary, Trends
from sheetsync.notify.mime import as_mail
from sheetsync.render.mail import LIMIT, weekly_mail
from sheetsync.text import Language
from tests.unit.render import samples

EACH = pytest.mark.parametrize("sample", [samples.small, samples.medium, samples.large])
Sample = Callable[[], Summary]


def trends(summary: Summary) -> Trends:
    assert summary.trends is not None
    return summary.trends


def words(draft: MailDraft) -> list[str]:
    """Return the text of each block and cell of the HTML, in order."""
    page = markup.document_fromstring(draft.html)
    cells = (cell for cell in page.iter("td", "th") if cell.find(".//table") is None)
    return [" ".join(cell.text_content().split()) for cell in cells]


def figures(draft: MailDraft) -> list[str]:
    """Return the text of each figure's cell."""
    cells = markup.document_fromstring(draft.html).xpath("//td[@width='33%']")
    return [" ".join(cell.text_content().split()) for cell in cells]


def number(text: str) -> float | None:
    found = re.search(r"-?\d+(\.\d+)?", text)
    return float(found[0]) if found else None


def shown(value: float) -> float:
    return round(value, 1)


class TestNumbers:
    """Every number equals that of the trends."""

    @EACH
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_each_figure_stands_in_html_text_and_facts(self, sample: Sample, language: Language) -> None:
        """The value, last week's, and the step between the two."""
        summary = sample()
        draft = weekly_mail([summary], language)
        facts = {name.rpartition(" · ")[2]: value for name, value in draft.facts}
        for figure in trends(summary).figures:
            title = figure.title.say(language)
            (cell,) = [one for one in figures(draft) if one.startswith(f"{title} ")]
            separator = "：" if language == "zh" else ": "
            (line,) = [one for one in draft.text.splitlines() if one.startswith(f"{title}{separator}")]
            self.tells(figure, cell.removeprefix(title))
            self.tells(figure, line.removeprefix(title))
            assert number(facts[title]) == (None if figure.value is None else shown(figure.value))

    def tells(self, figure: Figure, said: str) -> None:
        if figure.value is None:
            assert re.match(r"\W*(未报|not reported)", said)
            assert not re.search("[↑↓→]", said)
        else:
            assert number(said) == shown(figure.value)
        if figure.before is None:
            assert "无上周数据" in said or "no figures of last week" in said
        else:
            last = re.findall(r"-?\d+(?:\.\d+)?", said)[-1]
            assert float(last) == shown(figure.before)
        if figure.value is not None and figure.before is not None:
            change = round(shown(figure.value) - shown(figure.before), 1)
            step = re.search(r"([↑↓→])(\d+(?:\.\d+)?)?", said)
            assert step is not None
            assert step[1] == ("↑" if change > 0 else "↓" if change < 0 else "→")
            assert float(step[2] or 0) == abs(change)

    def test_each_chart_has_its_numbers_as_text(self) -> None:
        summary = samples.medium()
        draft = weekly_mail([summary], "zh")
        rows = words(draft)
        for monday, rate in trends(summary).on_time:
            at = rows.index(f"{monday:%m-%d}", rows.index("按时完成率"))
            assert rows[at + 1] == ("未报" if rate is None else f"{rate:g}%")
        for line in trends(summary).departments:
            at = rows.index(line.name)
            assert rows[at + 1 : at + 3] == [str(line.total), str(line.late)]
        for bar in trends(summary).gantt[:10]:
            assert any(bar.name in row for row in rows)
        assert len(draft.pictures) == 4
        assert all(number(picture.alt) is not None for picture in draft.pictures)

    def test_a_small_department_is_not_compared(self) -> None:
        rows = words(weekly_mail([samples.medium()], "zh"))
        at = rows.index("法务部")
        assert rows[at + 3] == "—"

    def test_nothing_reported_is_never_0_and_has_no_light(self) -> None:
        """Neither in the subject nor in the first line."""
        draft = weekly_mail([samples.small()], "zh")
        assert "完成率未报" in draft.subject
        assert "不亮灯" in draft.subject
        assert not any(light in draft.html for light in ("绿灯", "红灯", "黄灯"))
        assert "未报：王五 3、赵六 1" in draft.text

    def test_a_holiday_week_says_what_it_is_compared_with(self) -> None:
        """And calls nothing `last week` that was not."""
        summary = samples.large()
        second = replace(trends(summary).week, number=41, first=date(2026, 10, 5), last=date(2026, 10, 11))
        text = weekly_mail([replace(summary, trends=replace(trends(summary), week=second))], "zh").text
        assert "国庆节假期周，与最近的完整周（截至 09-25）比较" in text
        assert "上周 " not in text
        assert "(09-25 409)" in text

    @pytest.mark.parametrize(
        ("then", "week", "before"),
        [
            (datetime(2026, 11, 13, 18), "上周数据截至 11-13 18:00", "(上周 3)"),
            (datetime(2026, 11, 6, 18), "没有上周数据，与 11-06 比较", "(11-06 3)"),
            (datetime(2025, 12, 31, 18), "没有上周数据，与 2025-12-31 比较", "(2025-12-31 3)"),
        ],
    )
    def test_only_last_week_is_called_so(self, then: datetime, week: str, before: str) -> None:
        """After a pause the day stands there."""
        summary = samples.medium()
        paused = replace(trends(summary), week=replace(trends(summary).week, compared_with=then))
        text = weekly_mail([replace(summary, trends=paused)], "zh").text
        assert week in text
        assert f"延期：6 ↑3 变差 {before}" in text

    def test_more_decisions_than_a_reader_has_time_for_are_counted(self) -> None:
        summary = samples.medium()
        many = replace(trends(summary), wanted=trends(summary).wanted[:1] * 8)
        draft = weekly_mail([replace(summary, trends=many)], "zh")
        assert draft.text.count("由谁决定") == 5
        assert "另有 3 项见工作簿" in words(draft)

    def test_each_record_has_who_how_late_why_and_what(self) -> None:
        draft = weekly_mail([samples.medium()], "zh")
        for said in (draft.text, " ".join(words(draft))):
            for wanted in (
                "延期 2 天",
                "张三 · 市场部",
                "供应商打样延误",
                "改由备选供应商",
                "2026-11-25",
                "第 5 行",
                "恶化",
            ):
                assert wanted in said
        assert "原因：未报" in draft.text

    def test_a_decision_about_a_record_stands_with_it(self) -> None:
        summary = samples.medium()
        row = trends(summary).attention[0].worst
        wanted = (replace(trends(summary).wanted[0], sheet=row.sheet, row=row.row),)
        draft = weekly_mail([replace(summary, trends=replace(trends(summary), wanted=wanted))], "zh")
        assert draft.text.count("需要决定：打样供应商是否更换") == 1

    def test_the_order_is_that_of_the_expectations(self) -> None:
        """Section 7: verdict, figures, decisions, worst, departments, agenda, forecast, charts."""
        text = weekly_mail([samples.medium()], "zh").text
        titles = (
            "[红灯]", "上报率", "-- 关键数字", "-- 请领导决定", "-- 重点事项", "-- 部门", "-- 本周完成",
            "-- 未来两周到期", "-- 已生效的变更", "-- 预测", "-- 燃尽图", "-- 按时完成率", "-- 甘特图",
        )  # fmt: skip
        places = [text.index(title) for title in titles]
        assert places == sorted(places)


class TestPrograms:
    """What mail programs can show."""

    @EACH
    def test_only_what_every_program_keeps(self, sample: Sample) -> None:
        """Tables and inline styles; nothing is loaded, nothing runs, nothing leads anywhere."""
        page = markup.document_fromstring(weekly_mail([sample()], "zh").html)
        tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
        assert tags <= {
            "html", "head", "meta", "title", "body", "table", "tr", "td", "th", "span", "b", "br", "img",
        }  # fmt: skip
        attributes = {name for element in page.iter() for name in element.attrib}
        assert not attributes & {"class", "id", "href", "background", "onload"}
        assert not re.search("url\\(|https?:|position:|float:|flex", weekly_mail([sample()], "zh").html)

    @EACH
    def test_each_picture_travels_along_and_has_words(self, sample: Sample) -> None:
        draft = weekly_mail([sample()], "zh")
        page = markup.document_fromstring(draft.html)
        images = {image.get("src"): image for image in page.iter("img")}
        assert list(images) == [f"cid:{picture.cid}" for picture in draft.pictures]
        for picture in draft.pictures:
            image = images[f"cid:{picture.cid}"]
            assert picture.content.startswith(b"\x89PNG")
            assert image.get("alt") == picture.alt
            assert image.get("width") == "600"
            # Outlook shows it as high as this says.
            assert abs(int(image.get("height", 0)) * 2 - int.from_bytes(picture.content[20:24], "big")) <= 1

    def test_what_people_typed_is_text(self) -> None:
        bad = "<script>alert(1)</script>&amp;<img src=x onerror=y>{{ 7*7 }}"
        summary = samples.medium()
        spoilt = replace(
            summary,
            title=bad,
            trends=replace(
                trends(summary),
                wanted=tuple(replace(one, text=bad, options=bad, who=bad) for one in trends(summary).wanted),
                done=tuple(replace(one, name=bad, owner=bad) for one in trends(summary).done),
                gantt=tuple(replace(one, name=bad) for one in trends(summary).gantt),
                departments=tuple(replace(one, name=bad) for one in trends(summary).departments),
                attention=tuple(
                    replace(one, cause=bad, worst=replace(one.worst, name=bad, owner=bad, message=bad))
                    for one in trends(summary).attention
                ),
            ),
        )
        draft = weekly_mail([spoilt], "zh")
        page = markup.document_fromstring(draft.html)
        assert not list(page.iter("script"))
        assert all((image.get("src") or "").startswith("cid:") for image in page.iter("img"))
        assert sum(bad in one for one in words(draft)) > 10
        assert bad in draft.text

    @pytest.mark.parametrize("title", ["甲\r\nBcc: all@x.cn", "乙\u2028丙", "丁" * 300, "戊\ud83d\x00"])
    def test_a_subject_is_one_line_that_can_be_sent(self, title: str) -> None:
        draft = weekly_mail([replace(samples.medium(), title=title)], "zh")
        assert len(draft.subject.splitlines()) == 1
        assert len(draft.subject) <= 120
        assert as_mail(message(draft), ZoneInfo("Asia/Shanghai"))

    def test_the_same_week_makes_the_same_mail(self) -> None:
        assert weekly_mail([samples.medium()], "zh") == weekly_mail([samples.medium()], "zh")


class TestWorkbook:
    """The workbook travels along where there is room."""

    def test_it_is_attached_and_named(self) -> None:
        book = Attachment(name="周报.xlsx", content=b"PK")
        draft = weekly_mail([samples.medium()], "zh", workbook=book)
        assert draft.attachments == (book,)
        assert "明细见附件：周报.xlsx" in draft.text
        assert "明细见附件：周报.xlsx" in " ".join(words(draft))

    def test_no_mail_is_larger_than_10_mb(self) -> None:
        """The largest workbook that is attached, found by halving; one byte more is left out, and said so."""
        fits, over = 1, LIMIT
        while over - fits > 1:
            size = (fits + over) // 2
            content = Attachment(name="周报.xlsx", content=bytes(size))
            if weekly_mail([samples.small()], "zh", workbook=content).attachments:
                fits = size
            else:
                over = size
        assert fits > 6_500_000
        largest = Attachment(name="周报.xlsx", content=bytes(fits))
        draft = weekly_mail([samples.small()], "zh", workbook=largest)
        assert len(as_mail(message(draft), ZoneInfo("Asia/Shanghai"))) <= LIMIT
        larger = replace(largest, content=bytes(over))
        left_out = weekly_mail([samples.small()], "zh", workbook=larger)
        assert left_out.attachments == ()
        for said in (left_out.text, " ".join(words(left_out))):
            assert "周报.xlsx 有 6.9 MB" in said
            assert "没有附上；请向发件人索取" in said


class TestCorrected:
    """A second version."""

    def test_it_says_what_changed_and_nothing_else(self) -> None:
        before = dict(weekly_mail([samples.medium()], "zh").facts)
        before["“星河”新品上市 · 延期"] = "5"
        draft = weekly_mail([samples.medium()], "zh", version=2, before=before)
        assert draft.subject.startswith("更正v2 ")
        assert draft.version == 2
        top = words(draft)[0]
        assert top.startswith("更正版 v2")
        assert top.endswith("变化： 延期：5 → 6")
        assert "延期：5 → 6" in draft.text

    def test_many_changes_leave_the_first_screen_to_the_verdict(self) -> None:
        draft = weekly_mail([samples.medium()], "zh", version=2, before={"x": "1"})
        assert words(draft)[0].count("→") == 4
        assert "其余变化列在文末" in words(draft)[0]
        assert draft.text.index("[红灯]") < draft.text.index("剩余工作量（工作日）：未报 → 88.5 天")

    def test_words_alone_may_have_changed(self) -> None:
        before = dict(weekly_mail([samples.medium()], "zh").facts)
        draft = weekly_mail([samples.medium()], "zh", version=3, before=before)
        assert "数字与上一版相同" in draft.text

    def test_a_version_that_nobody_knows_is_said_to_be_unknown(self) -> None:
        assert "没有留存" in weekly_mail([samples.medium()], "zh", version=2).text

    def test_the_first_version_says_nothing_of_corrections(self) -> None:
        assert "更正" not in weekly_mail([samples.medium()], "zh", before={"x": "1"}).html


class TestSeveral:
    """One mail about several projects."""

    def test_the_lights_of_all_stand_above_the_first_one(self) -> None:
        draft = weekly_mail([samples.medium(), samples.small(), samples.large()], "zh")
        said = words(draft)
        first = said.index("红灯 “星河”新品上市")
        above = " ".join(said[:first])
        for light in ("红灯 “星河”新品上市", "不亮灯（上报不足一半） 官网改版", "黄灯 集团数字化"):
            assert light in above
        assert "3 个项目" in draft.subject

    def test_facts_of_each_bear_its_name(self) -> None:
        draft = weekly_mail([samples.medium(), samples.small()], "zh")
        facts = dict(draft.facts)
        assert (facts["“星河”新品上市 · 延期"], facts["官网改版 · 延期"]) == ("6", "0")
        assert len(facts) == len(draft.facts)

    def test_pictures_of_two_projects_are_not_taken_for_each_other(self) -> None:
        draft = weekly_mail([samples.medium(), samples.large()], "zh")
        by_cid = {picture.cid: picture.content for picture in draft.pictures}
        assert all(by_cid[picture.cid] == picture.content for picture in draft.pictures)


@pytest.mark.parametrize("given", [[], [replace(samples.medium(), trends=None)]])
def test_a_mail_needs_trends(given: list[Summary]) -> None:
    with pytest.raises(ValueError, match="trends"):
        weekly_mail(given, "zh")


def test_an_english_mail_says_nothing_of_ours_in_chinese() -> None:
    """Only what people typed, and rules and figures whose words are not the mail's."""
    draft = weekly_mail([samples.medium()], "en")
    for word in ("负责人", "截至", "未报", "重点", "请领导", "预测", "燃尽", "措施：", "本邮件"):
        assert word not in draft.text


def message(draft: MailDraft) -> Message:
    return Message(
        key="weekly:a:2026-W47:v1",
        sender="pmo@example.com",
        recipient="zhang@example.com",
        written=datetime(2026, 11, 20, 18),
        draft=draft,
    )
