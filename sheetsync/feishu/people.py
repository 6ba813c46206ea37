"""Who somebody is to our app: ids by mail address or mobile number, each asked for once."""

import re
from collections.abc import Iterable

from sheetsync.feishu.client import FeishuClient

_IDS = "/open-apis/contact/v3/users/batch_get_id"
_AT_ONCE = 50
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_MOBILE = re.compile(r"\+?\d{6,20}")


class PeopleIds:
    """Finds the open_ids of people.

    Args:
        client: Feishu, as the app sees it.
    """

    def __init__(self, client: FeishuClient) -> None:
        self._client = client
        self._known: dict[str, str | None] = {}

    def look_up(self, addresses: Iterable[str]) -> None:
        """Find the ids of all mail addresses and mobile numbers that were not asked for yet.

        Raises:
            FeishuError: The app may not look people up, or Feishu does not answer.
        """
        given = dict.fromkeys(one.strip() for one in addresses)
        wanted = [one for one in given if is_looked_up(one) and one not in self._known]
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            body = {
                "emails": [one for one in some if "@" in one],
                "mobiles": [one for one in some if "@" not in one],
            }
            answer = self._client.call("POST", _IDS, query={"user_id_type": "open_id"}, body=body)
            self._known |= dict.fromkeys(some)
            users = answer.get("user_list")
            for user in users if isinstance(users, list) else ():
                who = user.get("email") or user.get("mobile")
                if user.get("user_id") and who in self._known:
                    self._known[who] = str(user["user_id"])

    def is_known(self, address: str) -> bool:
        """Tell whether an address was asked for."""
        return address.strip() in self._known

    def open_id(self, address: str) -> str | None:
        """Return the id behind an address that was asked for; None where nobody has it."""
        return self._known.get(address.strip())


def is_looked_up(recipient: str) -> bool:
    """Tell a mail address or mobile number from an id of Feishu's own."""
    return bool(_MAIL.fullmatch(recipient) or _MOBILE.fullmatch(recipient))
