"""Commands sent by curl itself, by the product, and by curl again from what the product copied: the same requests."""

import asyncio
import re
import shutil
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from msgspec.structs import replace

from ivr.actions.external_web_call import ExternalWebCall
from ivr.authoring.curl import curl_command, read_curl
from ivr.core.action import Visit, Wait
from ivr.core.call import Call
from ivr.core.credentials import ApiKey, Basic, Bearer
from ivr.core.effects import Fetch
from ivr.core.fields import Secret
from tests.authoring.curl_commands import BASH, ELSEWHERE, ESCAPED
from tests.webcall.peer import World, answer, asker, peer, says

OWN = {"host", "accept-encoding", "content-length", "connection", "expect"}
"""Headers of the connection, or of each client for itself."""


class Request(NamedTuple):
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


def request(raw: bytes) -> Request:
    """What came over the wire, without what a client says of itself."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = [(line.partition(":")[0].lower(), line.partition(":")[2].strip()) for line in lines]
    boundary = next((match[1] for _, value in headers if (match := re.search(r"boundary=([^;]+)", value))), None)
    if boundary:
        body = body.replace(boundary.encode(), b"BOUNDARY")
    kept = [
        (name, value.replace(boundary or "\0", "BOUNDARY") if name != "cookie" else re.sub(";(?=\\S)", "; ", value))
        for name, value in headers
        if name not in OWN and not re.match(r"accept: \*/\*$|user-agent: (curl|ivr)/", f"{name}: {value}")
    ]
    # Some versions of curl write escapes in small letters, and cookies of several options without a blank between.
    method, target, _ = first.split(" ")
    target = re.sub(r"%[0-9a-f]{2}", lambda escape: escape[0].upper(), target)
    return Request(method, target, joined(kept), body)


def joined(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines of one name as one, which mean the same."""
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(name, []).append(value)
    return sorted((name, ", ".join(values)) for name, values in by_name.items())


async def by_curl(command: str) -> None:
    """Run a command in bash; only what it says on failure is of use."""
    assert shutil.which("curl"), "these tests compare with curl itself: apt-get install curl"
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("bash", "-c", command, stdout=pipe, stderr=pipe, env=environment)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


def fetch(fields: dict[str, Any]) -> Fetch:
    """The job of a block with these fields, its passwords sealed as they are when a flow is stored."""
    outcome = ExternalWebCall.model_validate(fields).enter(Visit(Call("c", "f", 1, block=3, turn=1), 3, 0, "UTC"))
    assert isinstance(outcome, Wait)
    assert isinstance(outcome.effect, Fetch)
    job = outcome.effect
    match job.auth:
        case Basic(password=secret):
            return replace(job, auth=replace(job.auth, password=sealed(secret)))
        case Bearer(token=secret):
            return replace(job, auth=replace(job.auth, token=sealed(secret)))
        case ApiKey(value=secret):
            return replace(job, auth=replace(job.auth, value=sealed(secret)))
    return job


def sealed(secret: Secret) -> Secret:
    return Secret(sealed=secret.text)


def without_secrets(sent: Request) -> Request:
    names = {"authorization", "x-api-key"}
    return sent._replace(headers=[each for each in sent.headers if each[0] not in names])


def meant(sent: Request) -> Request:
    """A request with its address unescaped."""
    return sent._replace(target=unquote(sent.target))


def exact(sent: Request) -> Request:
    return sent


async def three_times(pasted: str, in_bash: str, seen: Callable[[Request], Request] = exact) -> None:
    async with peer(says(answer(b""))) as api, asker(World(open_text=str)) as ask:
        here = urlsplit(api.url).netloc
        await by_curl(in_bash.replace("HERE", here))
        job = fetch(read_curl(pasted.replace("HERE", here)).fields)
        more = {name: getattr(job, name) for name in ("method", "headers", "auth", "body", "body_kind", "form")}
        reply = await ask(job.url, **more)
        assert reply.status == 200, reply.error
        assert seen(request(api.asked[1])) == seen(request(api.asked[0]))
        copied = curl_command(job)
        await by_curl(copied)
        assert without_secrets(request(api.asked[2])) == without_secrets(request(api.asked[0])), copied
        assert "hunter2" not in copied


@pytest.mark.parametrize("command", BASH)
async def test_the_product_sends_what_curl_sends(command: str) -> None:
    await three_times(command, command)


@pytest.mark.parametrize("command", ESCAPED)
async def test_an_address_means_what_it_means_to_curl(command: str) -> None:
    await three_times(command, command, meant)


@pytest.mark.parametrize(("pasted", "in_bash"), ELSEWHERE)
async def test_commands_of_other_shells_send_what_they_say_in_bash(pasted: str, in_bash: str) -> None:
    await three_times(pasted, in_bash)


def test_there_are_enough_commands() -> None:
    assert len(set(BASH)) + len(ELSEWHERE) >= 60
