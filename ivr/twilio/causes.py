"""Twilio's error codes in plain words, for authors of flows and operators of the server."""

CAUSES = {
    20003: "The account SID or the auth token is wrong.",
    20404: "There is no such call, number or message in this account.",
    20429: "Too many requests at once.",
    20503: "Twilio is out of service for a moment.",
    21201: "The number to call is missing.",
    21205: "The address given for the call is not a valid URL.",
    21210: "The number to call from is not a number of this account.",
    21211: "The recipient is not a valid phone number.",
    21212: "The sender is not a valid phone number.",
    21213: "The number to call from is missing.",
    21214: "The number to call can't be reached from this account.",
    21215: "Calls to the recipient's country are not enabled for this account.",
    21219: "A trial account can only call numbers that have been verified.",
    21220: "The call is not in progress: not answered yet, or over.",
    21408: "Texts to the recipient's country are not enabled for this account.",
    21602: "The message is empty.",
    21603: "The sender is missing.",
    21604: "The recipient is missing.",
    21606: "The sender is not a number of this account that can send texts.",
    21608: "A trial account can only text numbers that have been verified.",
    21609: "Twilio can't reach the address for reports on the message.",
    21610: "The recipient has replied STOP and gets no more texts from this sender.",
    21611: "Too many texts from this sender are waiting to be sent.",
    21612: "Texts cannot go from this sender to this recipient.",
    21614: "The recipient is not a mobile number.",
    21617: "The message is longer than 1600 characters.",
    21619: "The message is empty.",
    21620: "The address of a picture is not valid.",
    21621: "This sender can't send pictures to this recipient.",
    21623: "There are more pictures than a message can take.",
    21654: "The message template does not exist.",
    21655: "The message template is not valid.",
    21656: "The values for the message template are not valid.",
    21701: "The messaging service does not exist.",
    21703: "The messaging service has no senders.",
    21704: "The messaging service has no senders.",
    21705: "The messaging service is not valid.",
    30001: "The message waited too long to be sent.",
    30002: "The account is suspended.",
    30003: "The phone can't be reached: it is off, or out of range.",
    30004: "The recipient, or their carrier, blocks these messages.",
    30005: "The recipient's number is not in use.",
    30006: "The recipient is a landline, or on a carrier that takes no texts.",
    30007: "The message was filtered as unwanted.",
    30008: "The message was lost on its way; the carriers do not say why.",
    30022: "The sender has sent more texts than its campaign may in a minute.",
    30023: "The sender has sent more texts than its campaign may in a day.",
    30032: "The toll-free sender has not been verified.",
    30034: "The sender is not registered for sending texts to this country.",
}
"""What each code means: 20000 and above come as an answer, 30000 and above later, in a report on a message."""


def in_words(code: str) -> str:
    """What a code in a form means, or the code itself where that is not known. Empty for none."""
    if not (code.isascii() and code.isdigit() and len(code) < 9):
        return ""
    return CAUSES.get(int(code)) or f"The carrier's error code is {int(code)}."


def unusable(code: str) -> str:
    """Why the carrier could not use a document, for whoever wrote it."""
    known = {"12100": "it is not XML", "12200": "it is not TwiML", "11100": "its address is none that can be asked"}
    unreached = "its address does not answer as it should" if code.startswith("112") else ""
    why = known.get(code) or unreached or (f"error {code}" if code else "it does not say why")
    return f"The carrier could not use the document: {why}."
