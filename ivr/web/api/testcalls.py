"""Test calls: the flow on the board is called without a telephone, and tells what happens."""

from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ivr.authoring import Desk
from ivr.core.events import Cause
from ivr.core.phone_numbers import ANONYMOUS, NotANumber, is_withheld, read
from ivr.flow.model import Flow
from ivr.flow.narration import CallEvent
from ivr.store.users import may
from ivr.web.api.context import Context
from ivr.web.api.documents import Document
from ivr.web.doors import PASS
from ivr.web.problem import Refused, shown
from ivr.web.route import LARGEST_DOCUMENT, Route, done, ok
from ivr.web.socket import after, stream, turned_away
from ivr.web.testcalls import NoStart, Pinned, Setting, TestCall, TooMany

CALLER = "+15550123456"
NO_CALL = {404: "There is no such test call, or it ended more than ten minutes ago."}
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=100_000)]


class Stored(BaseModel):
    """A published revision of a flow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(max_length=64)
    number: int = Field(ge=1, le=999_999_999)


class PinnedAnswer(BaseModel):
    """What the API of a block answers in this call, without being asked: `after` so many seconds a status and a body;
    or with `fails` a failure of that cause."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: float = Field(default=0, ge=0, le=600)
    status: int = Field(default=200, ge=100, le=599)
    body: str = Field(default="", max_length=65_536)
    content_type: str = Field(default="application/json", max_length=200)
    fails: Cause | None = None


class NewTestCall(BaseModel):
    """A flow as it is on the board, or a published revision; who calls it, and variables that are known before the call
    begins. Viewers call revisions only, and APIs are then not asked: each answers 200 and `{}`.

    `start` is the number of a block: the call begins there, on the phone, with these values for what earlier blocks
    would have set (`EXTCALL_3.response.city`). 0 is where calls start. `answers` are pinned to blocks, by their
    numbers, in place of what their APIs would answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document | None = None
    revision: Stored | None = None
    caller: str = Field(default=CALLER, min_length=1, max_length=64)
    values: dict[Name, Text] = Field(default={}, max_length=200)
    start: int = Field(default=0, ge=0, le=9999)
    answers: dict[Annotated[int, Field(ge=1, le=9999)], PinnedAnswer] = Field(default={}, max_length=100)

    @model_validator(mode="after")
    def _one(self) -> "NewTestCall":
        if (self.document is None) == (self.revision is None):
            raise ValueError("a document or a revision, one of them")
        return self


class Keys(BaseModel):
    """Keys that the caller presses, one after the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digits: str = Field(pattern=r"^[0-9*#A-D]{1,50}$")


class Speech(BaseModel):
    """What the caller says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=1000)


class Reply(BaseModel):
    """What is texted to the flow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=1600)


class Begun(Struct, frozen=True):
    """The id of a test call."""

    id: str


class TestCalls:
    """The handlers of `/api/test-calls`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = Desk(context.store, context.library.shipped)
        self._calls = context.testcalls
        self._country = context.settings.country

    async def begin(self, request: web.Request, body: NewTestCall) -> web.Response:
        role = request[PASS].role
        looks = self._context.settings.read_only or role is None or not may(role, "editor")
        caller = ANONYMOUS if is_withheld(body.caller) else self._number(body.caller)
        flow = await self._flow(body, looks=looks)
        answers = {number: Pinned(**each.model_dump()) for number, each in body.answers.items()}
        setting = Setting(caller, body.values, body.start, request[PASS].holder, mocked=looks, answers=answers)
        try:
            call_id = await self._calls.begin(flow, setting)
        except NoStart as error:
            raise Refused(422, str(error)) from None
        except TooMany as error:
            raise Refused(429, str(error)) from None
        return ok(Begun(call_id), status=201, headers={"Location": f"/api/test-calls/{call_id}/events"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        seen = after(request)
        call = self._calls.find(request.match_info["id"])
        if call is None:
            return await turned_away(request, NO_CALL[404])
        with call.attended():
            return await stream(request, call.feed.follow(seen))

    async def press(self, request: web.Request, body: Keys) -> web.Response:
        self._found(request).press(body.digits)
        return done()

    async def speak(self, request: web.Request, body: Speech) -> web.Response:
        self._found(request).speak(body.text)
        return done()

    async def text(self, request: web.Request, body: Reply) -> web.Response:
        self._found(request).text(body.text)
        return done()

    async def hang_up(self, request: web.Request) -> web.Response:
        self._found(request).hang_up()
        return done()

    def _number(self, text: str) -> str:
        """The number of who calls. Raises Refused."""
        try:
            return read(text, self._country).e164
        except NotANumber as error:
            raise Refused(422, str(error)) from None

    def _found(self, request: web.Request) -> TestCall:
        call = self._calls.find(request.match_info["id"])
        if call is None:
            raise Refused(404, NO_CALL[404])
        return call

    async def _flow(self, body: NewTestCall, *, looks: bool) -> Flow:
        """What is called: for those who only look, nothing that they send themselves. Raises Refused."""
        if body.revision is not None:
            return await self._context.store.flows.revision(body.revision.flow, body.revision.number)
        if looks:
            raise Refused(403, "To call a draft takes the role editor. A published revision may be called.")
        return await self._callable(body.document or {})

    async def _callable(self, document: Document) -> Flow:
        """The flow of a document. Raises Refused with its errors."""
        found = await self._desk.check(await self._desk.filled_in(str(document.get("id") or ""), document))
        if errors := found.errors:
            raise Refused(422, f"This flow can't be called yet: {errors[0].message}", problems=shown(errors))
        return found.flow


def routes(context: Context) -> Sequence[Route]:
    calls = TestCalls(context)
    return (
        Route(
            method="POST",
            path="/api/test-calls",
            role="viewer",
            reads=True,
            summary="Call a flow as it is on the board, or a revision; texts go nowhere, web calls are made",
            handle=calls.begin,
            body=NewTestCall,
            answer=Begun,
            status=201,
            errors={
                422: "The flow has errors, and `problems` has them all; or no call can start there.",
                429: "Too many test calls are under way, or this session begins them too fast.",
            },
            largest=LARGEST_DOCUMENT,
        ),
        Route(
            method="GET",
            path="/api/test-calls/{id}/events",
            role="viewer",
            summary="What happens in a test call, over a WebSocket; each message is an event. "
            "A call without a listener is hung up after 30 seconds",
            handle=calls.events,
            answer=CallEvent,
            status=101,
            query={"after": "The number of the last event that was seen."},
            errors=NO_CALL | {426: "It is no WebSocket."},
        ),
        Route(
            method="POST",
            path="/api/test-calls/{id}/keys",
            role="viewer",
            reads=True,
            summary="Press keys",
            handle=calls.press,
            body=Keys,
            status=204,
            errors=NO_CALL,
        ),
        Route(
            method="POST",
            path="/api/test-calls/{id}/speech",
            role="viewer",
            reads=True,
            summary="Say something",
            handle=calls.speak,
            body=Speech,
            status=204,
            errors=NO_CALL,
        ),
        Route(
            method="POST",
            path="/api/test-calls/{id}/text",
            role="viewer",
            reads=True,
            summary="Text the flow, such as a reply to a question of its",
            handle=calls.text,
            body=Reply,
            status=204,
            errors=NO_CALL,
        ),
        Route(
            method="POST",
            path="/api/test-calls/{id}/hang-up",
            role="viewer",
            reads=True,
            summary="Hang up",
            handle=calls.hang_up,
            status=204,
            errors=NO_CALL,
        ),
    )
