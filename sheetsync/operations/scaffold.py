"""`init`: the files of a new project folder."""

from collections.abc import Mapping

from sheetsync.text import Language

SETTINGS_TEXT = """\
# SheetSync 项目设置。以 # 开头的行是说明或默认值；去掉 # 即可修改。
# Settings of a SheetSync project. Lines that begin with # are remarks or defaults.

[project]
name = "{name}"
language = "{language}"              # zh | en
timezone = "Asia/Shanghai"

[calendar]
# region = "CN"              # 官方节假日与调休 official holidays and make-up days
# working_hours = ["09:00-12:00", "13:00-18:00"]
# workdays = [2026-02-28]    # 公司另外上班的日子 the company's own working days
# holidays = [2026-12-31]    # 公司另外放假的日子 the company's own rest days

[rules]
# packs = ["tasks", "issues", "raci"]   # 默认全部 all by default

[rules.parameters]           # 改时限和阈值 other limits and thresholds
# T16.limit = "4h"
# D1.over = 15

[colours]                    # 行颜色 row colours: late, faulty, risk, soon, normal, done
# late = "FFC7CE/9C0006"     # 底色/字色 fill/font

# [workbooks.plan]           # 不在 workbooks/ 里的工作簿 workbooks that lie elsewhere
# path = "../share/plan.xlsx"

# [pairs.design]             # 保持一致的两张表：sheetsync sync design  tables that are kept in step
# left = "workbooks/plan.xlsx"
# right = "../share/design.xlsx#进度"   # 或 bitable:APP_TOKEN/TABLE_ID
# form = "progress"
# policy = {{ deletion = "mark", max_delete = 25 }}   # mark | delete | keep；%；prefer = "left"

# [words.task_state]         # 自己的说法，中文的键要加引号 what else people type; quote keys in Chinese
# "进行中" = ["在搞", "忙着"]
# "灰度中" = {{ en = "Trial", paused = true }}   # 自己的状态 a word of your own

[changes]                    # 变更生效后自动更新任务表的那一格 changes in force update the task's cell
# apply = false              # 只提示，不改 only tell

[state]                      # 记住每条记录的状态 what the project remembers
# url = "sqlite:///state.db" # 默认 by default: .sheetsync/state.db
# days = 400                 # 历史保留天数 days that history is kept
# audit_days = 400           # 改动留痕保留天数，默认一直保留 days of the audit trail; for good by default

[mail]                       # 周报发给谁、怎么发 who gets the report, and how; as files without a host
# host = "smtp.exmail.qq.com"
# security = "tls"           # 465；或 starttls，587 or starttls
# user = "pmo@example.com"
# password = "env:SHEETSYNC_MAIL_PASSWORD"   # 或 file:路径，不能直接写密码 or file:PATH, never the password
# sender = "项目办 <pmo@example.com>"
# to = ["leader@example.com"]

[feishu]                     # 飞书消息和多维表格 messages in Feishu, and Bitable: docs/feishu.md
# app_id = "cli_a1b2c3d4"    # 企业自建应用 your own app
# app_secret = "env:FEISHU_APP_SECRET"       # 或 file:路径 or file:PATH, never the secret
# webhook = "env:FEISHU_BOT"                 # 群机器人的地址 the address of a group's bot
# webhook_secret = "env:FEISHU_BOT_SECRET"   # 它的签名密钥 what its posts are signed with
# sheet_rows = true          # 在线表格整行上色，会盖掉原填充色 colours whole rows over fills of yours

[report]                     # 周报走哪些渠道 how the weekly report leaves
# channels = ["feishu", "mail"]   # 依次尝试 tried in this order: feishu, bot, webhook, mail, file
# to = ["oc_a1b2c3", "leader@example.com"]   # 飞书的群、人或邮箱 chats or people in Feishu, addresses

[reminders]                  # 提醒谁、何时、几次 who is reminded when, and how often
# channels = ["feishu", "mail"]   # 依次尝试 tried in this order: feishu, bot, webhook, mail, file
# quiet = "20:00-08:30"      # 免打扰时段，紧急除外 quiet hours, but for what is urgent
# most_items = 10            # 一封最多列几项 records that one message shows
# fallback = "项目经理姓名"  # 通知不到的人和没填报的名单发给谁 who is told whom nobody could tell
# [reminders.people]         # 表里没写是谁的 whom the sheets do not name
# "上级领导" = "姓名"

[backup]
# keep = 10                  # 每个工作簿保留的备份数 earlier versions kept of each workbook
# days = 30                  # 此外每天保留一份的天数 days for which one version a day is kept besides
# megabytes = 2048           # 备份最多占用 how much room they may take

[executor]                   # 很多工作簿怎么检查 how many workbooks are checked
# jobs = 1                   # 同时检查几个，0 为每个处理器一个 at a time; 0: one a processor
# spec = "dask://host:8786"  # 已有的 Dask 集群，否则按 jobs an existing cluster; else by jobs

[limits]                     # 超出的文件不读 files beyond these are not read
# file_megabytes = 100
# unpacked_megabytes = 512
# rows = 200000              # 每张工作表的行数 rows of a sheet
# columns = 1000
"""

_READMES = {
    "workbooks/README.md": "把要检查的工作簿放在这里。 Put the workbooks to be checked here.\n",
    "rules/README.md": (
        "自己的规则包（*.yaml）放在这里，同名的优先于自带的。 Own rule packs; one of the same name comes "
        "before the shipped one.\n"
    ),
    "jobs/README.md": """\
# 作业 Jobs

自己的作业放在这里，一个文件一个作业，文件名就是作业名；同名的优先于自带的（`sheetsync job list` 列出全部）。
Own jobs, one a file, named like it; one of the same name comes before the shipped one.

把下面一段存成 `jobs/monday-check.yaml` 即可使用；写错了，`sheetsync job next` 会指出哪一行。
Save this as `jobs/monday-check.yaml`; if something is wrong, `sheetsync job next` names the line.

```yaml
job: monday-check
title: 周初检查
when: 每周第一个工作日 9:00       # 或 or: first working day of week 9:00
# when: 每天 17:00；每个工作日 8:40、13:30；每周五 17:00；每月最后一个工作日 17:00；每30分钟 08:30-20:00
# on_rest_day: skip             # 遇休息日 on rest days: skip | next | previous | run
# workbooks: [plan]             # 默认全部 all by default
steps:
  - write                       # check write sync snapshot remind report archive
  - { step: report, mail: false }
# retry: { times: 3, pauses: "1min, 2min, 5min" }
# time_limit: 30min
# on_failure: { then: stop, tell: [pmo@example.com] }
# catch_up: latest              # 错过的 missed: latest | all | none
# grace: 3d                     # 最多晚多久还做 how late it may begin
```
""",
}


def project_files(name: str, language: Language = "zh") -> Mapping[str, str]:
    """Return the files of a new project: path inside the folder to text.

    Args:
        name: Name of the project.
        language: What its people read.
    """
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return {"sheetsync.toml": SETTINGS_TEXT.format(name=quoted, language=language), **_READMES}
