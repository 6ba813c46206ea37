"""`[feishu]` and `[webhook]`: what they take, and that they never show a secret."""

import re
from pathlib import Path

import pytest

from sheetsync.config.file import parse
from sheetsync.errors import SpecFileError
from sheetsync.feishu.access import access_of

PAGE = Path(__file__).parents[3] / "docs" / "feishu.md"
APP = '[feishu]\napp_id = "cli_a1"\napp_secret = "env:FEISHU_SECRET"\n'


def test_the_secret_comes_from_the_environment(tmp_path: Path) -> None:
    settings = parse(APP, "sheetsync.toml").feishu
    access = access_of(settings, folder=tmp_path, environ={"FEISHU_SECRET": "hunter2"})
    assert (access.app_id, access.app_secret, access.domain) == (
        "cli_a1",
        "hunter2",
        "https://open.feishu.cn",
    )


def test_without_an_app_nothing_is_said_to_feishu(tmp_path: Path) -> None:
    with pytest.raises(SpecFileError, match="No Feishu app is set up"):
        access_of(parse("", "sheetsync.toml").feishu, folder=tmp_path, environ={})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[feishu]\napp_id = "cli_a1"\napp_secret = "hunter2"', "app_secret 里不能写密钥"),
        (
            '[feishu]\nwebhook = "https://open.feishu.cn/open-apis/bot/v2/hook/hunter2"',
            "webhook 里不能写密钥",
        ),
        ('[feishu]\nwebhook = "env:X"\nwebhook_secret = "hunter2"', "webhook_secret 里不能写密钥"),
        ("[feishu]\napp_secret = 12345678", "app_secret 里不能写密钥"),
        ('[webhook]\nurl = "https://x.example/hunter2"\nhosts = ["x.example"]', "url 里不能写密钥"),
        ('[feishu]\napp_id = "cli_a1"', "app_id 和 app_secret 要一起写"),
        ('[feishu]\napp_id = "a1"\napp_secret = "env:X"', "app_id"),
        ('[feishu]\nwebhook_secret = "env:X"', "有 webhook_secret 就要有 webhook"),
        ('[feishu]\ndomain = "https://open.feishu.cn.evil.example"', "只能是 https://open.feishu.cn"),
        ('[feishu]\ndomain = "http://open.feishu.cn"', "只能是 https://open.feishu.cn"),
        ('[feishu]\ndomain = "https://open.feishu.cn/x"', "只能是 https://open.feishu.cn"),
        ('[feishu]\ndomain = "http://u@127.0.0.1:80"', "只能是 https://open.feishu.cn"),
        ('[webhook]\nurl = "env:X"', "url 和 hosts 要一起写"),
        ('[webhook]\nurl = "env:X"\nhosts = ["https://x.example"]', "应为主机名"),
        ('[webhook]\nurl = "env:X"\nhosts = ["x.example"]\nheader = "X: y"', "应为请求头的名字"),
        ('[webhook]\nsecret = "env:X"', "有 secret 就要有 url"),
    ],
)
def test_wrong_settings_are_refused_and_no_secret_is_shown(text: str, said: str) -> None:
    with pytest.raises(SpecFileError) as caught:
        parse(text, "sheetsync.toml")
    assert said in caught.value.say("zh")
    assert "hunter2" not in caught.value.say("zh") + caught.value.say("en")
    assert "12345678" not in caught.value.say("zh")


def test_the_page_about_feishu_shows_settings_that_work() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for block in blocks:
        parse(block, "sheetsync.toml")
    assert len(blocks) == 6
