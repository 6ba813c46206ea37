"""A Feishu of the tests' own on this machine: strict, so that tests fail where the vendor would refuse.

    with running() as feishu:
        base = feishu.base("项目库")
        tasks = base.table("任务", {"编号": 1, "工时": 2})
        client = bare_client(feishu)  # or a FeishuClient to `feishu.url`, through the vendor's own client
        assert tasks.rows() == [...]
        assert [call.path for call in feishu.writes] == [...]

What it does follows the vendor's docs; what they leave open is decided on the strict side and marked
`unverified` in the code.
"""

from tests.feishu_server.faults import Fault, coded, dropped, html, limited, slow
from tests.feishu_server.line import bare_client, bare_line
from tests.feishu_server.server import Call, FeishuServer, running

__all__ = [
    "Call",
    "Fault",
    "FeishuServer",
    "bare_client",
    "bare_line",
    "coded",
    "dropped",
    "html",
    "limited",
    "running",
    "slow",
]
