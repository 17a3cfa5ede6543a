"""Phone numbers of the account."""

import re
from dataclasses import dataclass

PHONE_NUMBER = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
"""E.164."""


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of the account and where its calls are sent."""

    sid: str
    phone_number: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
