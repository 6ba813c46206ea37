"""What we refuse to read or edit, each as one line that says what to do instead."""

from sheetsync.errors import InputRefusedError
from sheetsync.text import Text, same

_SAVE_ANEW = Text(
    "请用 Excel 或 WPS 打开并另存为 .xlsx，再试。",
    "Open it in Excel or WPS, save it as .xlsx, and try again.",
)
_ASK = Text("请打开文件检查，或从备份恢复。", "Open the file and check it, or restore a backup.")


def not_a_workbook(kind: Text, where: str) -> InputRefusedError:
    """Refuse a file whose first bytes say that it is something else."""
    return InputRefusedError(
        Text(f"这不是 .xlsx 工作簿，而是{kind.zh}。", f"This is no .xlsx workbook but {kind.en}."),
        fix=_SAVE_ANEW,
        where=where,
    )


def damaged(detail: str, where: str) -> InputRefusedError:
    """Refuse a file that is not whole."""
    return InputRefusedError(
        Text(
            "工作簿不完整或已损坏，没有改动它。",
            "The workbook is damaged or incomplete; it was left as it is.",
        ),
        why=same(f"（{detail}）" if not detail.isascii() else f"({detail})"),
        fix=_ASK,
        where=where,
    )


def unsafe(zh: str, en: str, where: str) -> InputRefusedError:
    """Refuse a file beyond the limits, or made to harm."""
    return InputRefusedError(
        Text(f"工作簿超出安全限制：{zh}。", f"The workbook is beyond the safety limits: {en}."),
        fix=_SAVE_ANEW,
        where=where,
    )


def beyond(zh: str, en: str, setting: str, where: str) -> InputRefusedError:
    """Refuse a file beyond a limit that a setting can raise.

    Args:
        zh: What is too large, in Chinese.
        en: The same in English.
        setting: The name of the setting in `[limits]`.
        where: The path.
    """
    return InputRefusedError(
        Text(f"工作簿超出安全限制：{zh}。", f"The workbook is beyond the safety limits: {en}."),
        fix=Text(
            f"若文件可信，请在 sheetsync.toml 的 [limits] 中调大 {setting}。",
            f"If you trust the file, raise {setting} in [limits] of sheetsync.toml.",
        ),
        where=where,
    )


def unsupported(zh: str, en: str, fix: Text | None = None, where: str | None = None) -> InputRefusedError:
    """Refuse a kind of workbook, or a place in it, that we cannot edit without loss."""
    return InputRefusedError(Text(zh, en), fix=fix or _SAVE_ANEW, where=where)


def uneditable(zh: str, en: str, where: str | None = None) -> InputRefusedError:
    """Refuse an edit that would break something in the workbook; nothing was written."""
    return InputRefusedError(Text(f"{zh}，因此没有写入。", f"{en}; nothing was written."), where=where)
