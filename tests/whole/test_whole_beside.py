"""A whole call over real sockets whose two requests run at the same time."""

import asyncio

from aiohttp import web

from ivr.demo.api import Api
from ivr.demo.world import CALLER, NUMBER
from tests.story.flows import awaits, begins, drawn, ends, says, starts, takes
from tests.whole.stage import PATIENCE, Told, act, stage
from tests.whole.test_whole_killed import served
from tests.whole.test_whole_talking import settled


async def test_two_look_ups_run_at_once_while_the_caller_hears_music() -> None:
    """Each API answers only once the other has been asked too, and the second only when the music plays."""
    asked, both, music = [], asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if len(asked) == 2:
            both.set()
        await both.wait()
        if request.path == "/orders":
            await music.wait()
        return web.json_response({"found": request.path[1:]})

    app = web.Application()
    app.router.add_get("/{what}", answer)
    async with served(app) as api, stage(Api(0)) as made:
        flow = drawn(
            starts(),
            says("One moment.", 3),
            begins(4, 7, url=f"{api}/orders", response_variables=takes(Order="found")),
            begins(5, 7, url=f"{api}/customers", response_variables=takes(Name="found")),
            awaits(6, 7, 7, blocks=[3, 4], play_hold_music=True),
            says("$Name and $Order.", 8),
            says("Sorry.", 8),
            ends(),
        )
        flows = made.world.server.store.flows
        await flows.save_draft(flow.model_dump(mode="json"))
        await flows.publish(flow.id)
        await flows.assign(NUMBER, flow.id)
        call = made.world.carrier.ring(from_=CALLER, to=NUMBER)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(call.ended(), act(call, (("play", lambda _: music.set()),)))
            await settled(made, call, 0)
        told = Told(call, await made.world.server.store.calls.trace(call.sid), over=True)
    assert (told.words, sorted(asked), told.troubles) == (
        ["One moment.", "customers and orders."],
        ["/customers", "/orders"],
        [],
    )
    assert [
        data["answered"]
        for data in ({name.rpartition(".")[2]: value for name, value in each.items()} for each in told.traced("set", 5))
    ] == [2]
