"""A web call never reaches our own listeners, by the whole way of a test request, whatever is allowed."""

from pathlib import Path

from tests.api.board import asking, served

ALL = "0.0.0.0/0, ::/0, localhost"


async def test_a_web_call_reaches_neither_listener(tmp_path: Path) -> None:
    """By the whole way of a test request, by addresses and by a name, with everything allowed."""
    async with served(tmp_path, IVR_EGRESS_ALLOW=ALL) as server:
        board = await server.board()
        public = int(server.settings.public_url.rpartition(":")[2])
        private = int(server.url.rpartition(":")[2])
        for port in (public, private):
            for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"):
                document = asking(f"http://{host}:{port}/metrics")
                await server.store.flows.save_draft(document)
                answer = await board.post("/api/flows/line/test-request", {"document": document, "block": 2})
                assert (answer.json["cause"], answer.json["status"]) == ("blocked", None), (host, port)
                assert "this server itself" in answer.json["error"]
