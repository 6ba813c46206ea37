"""Whoever says nothing to Feishu pays nothing for it."""

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys
import sheetsync
from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient

for module in pkgutil.walk_packages(sheetsync.__path__, "sheetsync."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
FeishuClient(Access(app_id="cli_a", app_secret="x"))
print([name for name in ("lark_oapi", "requests", "httpx", "websockets") if name in sys.modules])
"""


def test_the_official_client_is_imported_by_a_call_and_by_nothing_else() -> None:
    """Not by any module, nor by a client that was made: only by the first call (seconds, and 160 MB)."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
