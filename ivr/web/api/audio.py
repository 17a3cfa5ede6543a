"""The audio library: what there is, bringing sounds in, hearing them."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from aiohttp import BodyPartReader, web
from msgspec import Struct

from ivr.authoring.uses import uses_of_clips
from ivr.sound.convert import convert
from ivr.sound.decode import LARGEST, Unfit
from ivr.store import Clip
from ivr.web.api.context import Context
from ivr.web.body import kind_of, refuse_packed
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

LARGEST_FORM = LARGEST + 64 * 1024
"""Bytes of a form with a file in it."""
AT_ONCE = 1
"""Files that are converted at the same time, so that calls don't notice."""
FORM = "multipart/form-data"
MOST_PARTS = 10
"""Fields of a form; two are asked for."""
PACKED = frozenset({"Content-Encoding", "Content-Transfer-Encoding"})
"""Headers of a field whose content is not as it is."""
TOO_LARGE = f"The file has more than {LARGEST // 2**20} MB, which is the most for a clip."


class ClipUse(Struct, frozen=True):
    """Where a clip is played."""

    flow: str
    block: int


class ClipShown(Struct, frozen=True):
    """A clip. `size` in bytes; `shipped`: it comes with the system, and can't be removed."""

    name: str
    seconds: float
    size: int
    created_at: int
    shipped: bool
    used_by: list[ClipUse]


class Upload(Struct, frozen=True):
    """A form that was sent: the file, what it is called where it comes from, and the name it should get."""

    content: bytes
    filename: str
    name: str


class AudioFiles:
    """The handlers of `/api/audio`."""

    def __init__(self, context: Context) -> None:
        self._library = context.library
        self._store = context.store
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def show(self, _: web.Request) -> web.Response:
        used = await uses_of_clips(self._store.flows)
        users = {name: [ClipUse(use.flow, use.block) for use in uses] for name, uses in used.items()}
        rows = [await self._shipped(name, users.get(name, [])) for name in self._library.shipped]
        for row in await self._store.audio.list():
            used_by = users.get(row.name, [])
            rows.append(ClipShown(row.name, row.seconds, row.size, row.created_at, shipped=False, used_by=used_by))
        return ok(rows)

    async def add(self, request: web.Request) -> web.Response:
        upload = await read_upload(request)
        name = upload.name or _name_of(upload.filename)
        if name in self._library.shipped:
            raise Refused(409, f"“{name}” comes with the system. Give this one another name.")
        try:
            async with self._turn:
                made = await asyncio.to_thread(convert, upload.content)
        except Unfit as error:
            raise Refused(422, str(error)) from None
        clip = Clip(name, round(made.seconds * 1000), upload.filename[:200], made.content)
        row = await self._store.audio.add(clip)
        shown = ClipShown(row.name, row.seconds, row.size, row.created_at, shipped=False, used_by=[])
        return ok(shown, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self._library.shipped:
            raise Refused(409, f"“{name}” comes with the system and can't be removed.")
        await self._store.audio.remove(name)
        return done()

    async def content(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        clip = await self._library.clip(name)
        path = await self._library.path(clip.url_name) if clip else None
        if path is None:
            await self._store.audio.find(name)
            raise Refused(404, f"Clip “{name}” was removed just now.")
        return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-cache"})

    async def _shipped(self, name: str, used_by: list[ClipUse]) -> ClipShown:
        path = await self._library.path(name)
        size, created_at = await asyncio.to_thread(_look, path) if path else (0, 0)
        return ClipShown(name, self._library.shipped[name].seconds, size, created_at, shipped=True, used_by=used_by)


def routes(context: Context) -> Sequence[Route]:
    files = AudioFiles(context)
    return (
        Route(
            method="GET",
            path="/api/audio",
            role="viewer",
            summary="The clips of the audio library, and where flows play them",
            handle=files.show,
            answer=list[ClipShown],
        ),
        Route(
            method="POST",
            path="/api/audio",
            role="editor",
            summary="Convert a sound for the telephone and store it; form fields `file` and perhaps `name`",
            handle=files.add,
            takes=FORM,
            answer=ClipShown,
            status=201,
            errors={
                409: "The name is taken.",
                411: "The request does not say its length. Send Content-Length.",
                413: "It is too large.",
                415: "It is no form.",
                422: "It is no sound.",
            },
        ),
        Route(
            method="DELETE",
            path="/api/audio/{name}",
            role="editor",
            summary="Forget a clip",
            handle=files.remove,
            status=204,
            errors={404: "There is no such clip.", 409: "Flows play it, or it comes with the system."},
        ),
        Route(
            method="GET",
            path="/api/audio/{name}/content",
            role="viewer",
            summary="A clip as callers hear it: WAV, in ranges if asked for",
            handle=files.content,
            media="audio/wav",
            errors={404: "There is no such clip."},
        ),
    )


async def read_upload(request: web.Request) -> Upload:
    """The form of an upload. Raises Refused."""
    _refuse_unfit(request)
    content, filename, name, left, parts = None, "", "", LARGEST_FORM, 0
    try:
        async for part in await request.multipart():
            parts += 1
            if not isinstance(part, BodyPartReader) or parts > MOST_PARTS:
                raise Refused(400, f"The form can't be read: it has at most {MOST_PARTS} fields, and none is a form.")
            if not PACKED.isdisjoint(part.headers):
                raise Refused(415, "Send the sound as it is, without Content-Encoding and Content-Transfer-Encoding.")
            body = await _read(part, left)
            left -= len(body)
            if part.name == "file":
                content, filename = body, re.split(r"[\\/]", part.filename or "")[-1]
            elif part.name == "name":
                name = body.decode("utf-8", "replace").strip()
    except (ValueError, AssertionError, RuntimeError, LookupError, web.RequestPayloadError) as error:
        raise Refused(400, "The form can't be read.") from error
    if content is None:
        raise Refused(422, "The form has no file in its field “file”.")
    return Upload(content, filename, name)


def _refuse_unfit(request: web.Request) -> None:
    """Refuse what is no form, is packed, or of unknown size: what stands before, between and behind the
    fields of a form counts too. Raises Refused.
    """
    if kind_of(request) != FORM:
        raise Refused(415, f"Send a form, {FORM}, with the sound in its field “file”.")
    refuse_packed(request)
    if request.content_length is None:
        raise Refused(411, "Say how long the form is, in the header Content-Length.")
    if request.content_length > LARGEST_FORM:
        raise Refused(413, TOO_LARGE)


async def _read(part: BodyPartReader, most: int) -> bytes:
    """A part of a form, no more of it than this."""
    body = bytearray()
    while piece := await part.read_chunk():
        body += piece
        if len(body) > most:
            raise Refused(413, TOO_LARGE)
    return bytes(body)


def _name_of(filename: str) -> str:
    """The file's name without its ending, such as a clip may be called."""
    return re.sub(r"[^A-Za-z0-9 ._-]+", "-", PurePath(filename).stem).strip(" .")[:100].strip(" .")


def _look(path: Path) -> tuple[int, int]:
    """Size in bytes, and when it was made in ms."""
    found = path.stat()
    return found.st_size, int(found.st_mtime * 1000)
