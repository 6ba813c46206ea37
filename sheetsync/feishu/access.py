"""How we are known at Feishu."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sheetsync.config.feishu import FeishuSettings
from sheetsync.config.section import FILE_NAME
from sheetsync.errors import SpecFileError
from sheetsync.secret import reveal
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An app at Feishu.

    Args:
        app_id: Its id.
        app_secret: Its secret, in no message and no log.
        domain: Origin of the service.
        timeout: Seconds that one call may take.
        patience: Seconds after which a call that failed is not tried again.
    """

    app_id: str
    app_secret: str = field(repr=False)
    domain: str = "https://open.feishu.cn"
    timeout: float = 30
    patience: float = 120


def access_of(settings: FeishuSettings, *, folder: Path, environ: Mapping[str, str]) -> Access:
    """Return how we are known, with the secret from where the settings say.

    Args:
        settings: `[feishu]`.
        folder: The project folder.
        environ: The environment, where the secret may be.

    Raises:
        SpecFileError: No app is named, or the secret is not where it should be, or others may read it.
    """
    if not settings.app_id:
        raise SpecFileError(
            Text("还没有设置飞书应用。", "No Feishu app is set up."),
            fix=Text(
                "请在 sheetsync.toml 的 [feishu] 里写 app_id 和 app_secret。",
                "Give app_id and app_secret in [feishu] of sheetsync.toml.",
            ),
            where=FILE_NAME,
        )
    return Access(
        app_id=settings.app_id,
        app_secret=reveal(settings.app_secret, folder=folder, environ=environ, where=FILE_NAME),
        domain=settings.domain,
        timeout=settings.timeout,
        patience=settings.patience,
    )
