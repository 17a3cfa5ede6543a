"""A world in memory for the emulator's tests: a server made of a table, a virtual clock, one number."""

from collections.abc import Callable
from random import Random
from urllib.parse import parse_qsl, urlsplit

from ivr.emulator import Callee, Carrier, Faults, FetchFailed, Happening, PhoneCall, Request, Response, VirtualClock

ACCOUNT = "AC" + "0" * 32
TOKEN = "not-a-secret"
LINE = "+15550001111"
CALLER = "+15551234567"
SERVER = "http://server.test"

Page = str | Response | FetchFailed | Callable[[Request], Response]


def say(*texts: str) -> str:
    """Verbs that say these texts."""
    return "".join(f"<Say>{text}</Say>" for text in texts)


def wav(seconds: float) -> Response:
    """A µ-law WAV of that length, without the bytes of its sound."""
    size = round(seconds * 8000)
    form = (
        b"fmt \x12\x00\x00\x00" + b"\x07\x00\x01\x00" + (8000).to_bytes(4, "little") * 2 + b"\x01\x00\x08\x00\x00\x00"
    )
    data = b"RIFF\x00\x00\x00\x00WAVE" + form + b"data" + size.to_bytes(4, "little")
    return Response(200, (("Content-Type", "audio/wav"), ("ETag", '"1"')), data)


class World:
    """`pages` maps a path to what the server answers there; a list is answered one by one, its last for ever."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.pages: dict[str, Page | list[Page]] = {}
        self.requests: list[Request] = []
        self.slow: dict[str, float] = {}
        self.carrier = Carrier(ACCOUNT, TOKEN, clock=self.clock, faults=Faults(random=Random(1)), fetch=self.fetch)
        self.carrier.add_number(
            LINE, f"{SERVER}/voice", voice_fallback_url=f"{SERVER}/fallback", status_callback=f"{SERVER}/status"
        )
        self.pages["/status"] = Response(204)

    async def fetch(self, request: Request) -> Response:
        """The server."""
        self.requests.append(request)
        path = urlsplit(request.url).path
        await self.clock.sleep(self.slow.get(path, 0))
        page = self.pages.get(path, Response(404, (("Content-Type", "text/html"),), b"<p>not here</p>"))
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        if isinstance(page, FetchFailed):
            raise page
        if isinstance(page, str):
            return Response.xml(f"<Response>{page}</Response>")
        return page if isinstance(page, Response) else page(request)

    def ring(self, voice: str = "") -> PhoneCall:
        """Call the number; `voice` is its first document."""
        if voice:
            self.pages["/voice"] = voice
        return self.carrier.ring(CALLER, LINE)

    async def whole_call(self, voice: str = "") -> PhoneCall:
        """A call from beginning to end, nobody touching the phone."""
        call = self.ring(voice)
        await self.clock.run_until(call.ended())
        await self.clock.run_until_idle()
        return call

    def callee(self, number: str, callee: Callee) -> None:
        """Decide what happens when a number is called."""
        self.carrier.add_callee(number, callee)

    def paths(self, *without: str) -> list[str]:
        """The paths that were asked for, in order."""
        paths = [urlsplit(request.url).path for request in self.requests]
        return [path for path in paths if path not in without]

    def form(self, path: str, nth: int = 0) -> dict[str, str]:
        """The fields of the nth request to a path."""
        asked = [request for request in self.requests if urlsplit(request.url).path == path]
        return dict(parse_qsl(asked[nth].body.decode(), keep_blank_values=True))

    def codes(self) -> list[int]:
        """What the debugger holds."""
        return [entry.code for entry in self.carrier.log]


def kinds(call: PhoneCall, *wanted: str) -> list[str]:
    """The kinds of what happened, in order; only the wanted ones if any are named."""
    return [one.kind for one in call.happenings if not wanted or one.kind in wanted]


def of_kind(call: PhoneCall, kind: str) -> list[Happening]:
    """What happened of one kind."""
    return [one for one in call.happenings if one.kind == kind]


def heard(call: PhoneCall) -> list[object]:
    """The texts that were said, in order."""
    return [one.detail["text"] for one in of_kind(call, "say")]
