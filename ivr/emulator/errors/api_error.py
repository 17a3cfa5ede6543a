"""A request to the REST API that is refused."""

STATUS = {20003: 401, 20004: 405, 20009: 409, 20404: 404, 20429: 429, 20500: 500, 20503: 503}

MESSAGES = {
    20003: "Authenticate",
    20004: "Method not allowed",
    20009: "Cannot delete this resource before it is complete",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service Unavailable",
    21201: "No 'To' number is specified",
    21205: "Url is not a valid URL",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Number",
    21213: "Caller phone number is required",
    21214: "'To' phone number cannot be reached",
    21215: "Geo Permission configuration is not permitting call",
    21216: "Call blocked: the 'To' number is on the list of prohibited phone numbers",
    21217: "Phone number does not appear to be valid",
    21220: "Call is not in-progress. Cannot redirect.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21421: "PhoneNumber is invalid",
    21422: "PhoneNumber is not available",
    21451: "Invalid area code",
    21452: "No phone numbers found in area code",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number is not a valid, SMS-capable number of your account.",
    21608: "The number is unverified. Trial accounts cannot send messages to unverified numbers.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' and 'From'",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    30400: "Parameters are not valid: send either an empty Body or Status=canceled",
    30409: "This message cannot be canceled",
    32018: "Twiml exceeds the limit of 4000 characters",
    35111: "SendAt timestamp is missing",
    35114: "SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future, inclusive",
    35118: "MessagingServiceSid is required to schedule a message",
}


class ApiError(Exception):
    """A refusal with the code the API gives it; `status` is the HTTP status."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "Invalid parameter")
        self.status = STATUS.get(code, 400)
        super().__init__(self.message)

    def as_json(self) -> dict[str, object]:
        """The body of the answer."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}
