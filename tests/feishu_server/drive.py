"""Files for cells: one at a time, and good in one base only."""

import zlib
from typing import TYPE_CHECKING

from tests.feishu_server.answers import Refusal
from tests.feishu_server.bitable import base_of
from tests.feishu_server.request import Request
from tests.feishu_server.routes import Route
from tests.feishu_server.tables import new_id

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

_MOST = 20 * 1024 * 1024


def upload_all(server: "FeishuServer", request: Request) -> dict:
    fields, files = request.form
    if fields.get("parent_type") not in {"bitable_file", "bitable_image"} or "file" not in files:
        raise Refusal(1061002, "params error.", status=400)
    base = base_of(server, fields.get("parent_node", ""))
    name, content = fields.get("file_name", ""), files["file"][1]
    if not 1 <= len(name) <= 250 or fields.get("size") != str(len(content)):
        raise Refusal(1061002, "params error.", status=400)
    if len(content) > _MOST:
        raise Refusal(1061043, "file size beyond limit.", status=400)
    if "checksum" in fields and fields["checksum"] != str(zlib.adler32(content)):
        raise Refusal(1062008, "checksum param Invalid.", status=400)
    if not server.uploading.acquire(blocking=False):
        raise Refusal(1061045, "resource contention occurred, please retry.", status=400)
    try:
        server.rest()
        token = new_id("box")
        base.files[token] = (name, content)
    finally:
        server.uploading.release()
    return {"file_token": token}


ROUTES = (Route("POST", "/open-apis/drive/v1/medias/upload_all", upload_all, 5),)
