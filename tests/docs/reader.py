"""A reader who types every command of a page, in a folder of their own. Servers are the demo's, or ask the emulator."""

import asyncio
import contextlib
import itertools
import os
import shlex
import subprocess
import sys
import threading
import urllib.request
import wave
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web
from click.testing import CliRunner

from ivr.cli import ivr
from ivr.cli.explained import ERRORS
from ivr.emulator import Carrier
from ivr.flow.templates import templates
from tests.docs.reading import Given
from tests.ports import free_port

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "your-auth-token", "+15550100"
"""What the pages write into `.env`, and the number that they connect."""
PATIENCE = 60.0


class Reader:
    """Types commands. The ports that pages name are other ones here, so that any number of readers work at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}
        self.token = ""
        self.account = Carrier(account_sid=ACCOUNT, auth_token=TOKEN)
        self._ports = {name: free_port() for name in ("listen", "board", "carrier", "api", "account")}
        self._server: subprocess.Popen[str] | None = None

    @property
    def _env(self) -> dict[str, str]:
        return {
            "IVR_LISTEN": f"127.0.0.1:{self._ports['listen']}",
            "IVR_BOARD_LISTEN": f"127.0.0.1:{self._ports['board']}",
            "TWILIO_API_URL": f"http://127.0.0.1:{self._ports['account']}",
        }

    def here(self, text: str) -> str:
        """A text of the page with the ports of this reader."""
        for port, name in {8081: "board", 8083: "api"}.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{self._ports[name]}")
        return text

    def has(self, given: Given) -> None:
        """Put a file where the page takes it as given."""
        path = self.folder / given.name
        if given.what == "a second of sound":
            with wave.open(str(path), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(b"\x00\x10\x00\xf0" * 4000)
            return
        name = given.what.removeprefix("the template ")
        template = next(each for each in templates() if each.id == name)
        path.write_text(template.text, "utf-8")

    def types(self, line: str) -> None:
        """Run one command. Raises AssertionError with what it said when it does not end well."""
        line = self.here(line)
        if line.startswith("curl "):
            self._ask(shlex.split(line.replace("$TOKEN", self.token)))
            return
        if line.startswith("TOKEN=$("):
            self.token = self._run(line.removeprefix("TOKEN=$(").removesuffix(")")).strip()
            return
        words, _, target = line.partition(" >")
        before, _, after = words.rpartition(" | ")
        if before:
            self._run(after, typed=self._printed(before))
        elif line.startswith("printf "):
            self._append(target, self._printed(words))
        elif words.startswith("ivr serve"):
            self._serve(shlex.split(words)[2:])
        elif words.startswith("ivr call ") or words == "ivr call":
            self._call(shlex.split(words)[2:])
        else:
            self._run(words)

    def _append(self, target: str, text: str) -> None:
        path = self.folder / target.removeprefix(">").strip()
        kept = path.read_text("utf-8") if target.startswith(">") else ""
        path.write_text(kept + text, "utf-8")

    @staticmethod
    def _printed(command: str) -> str:
        program, text = shlex.split(command)
        assert program == "printf"
        return text.replace("\\n", "\n")

    def _ask(self, words: list[str]) -> None:
        """What curl would do: send a request, and fail on an error."""
        options = list(itertools.pairwise(words))
        headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
        (method,) = (value for option, value in options if option == "-X")
        (body,) = (value for option, value in options if option == "-d")
        (url,) = (word for word in words if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers, method=method)) as answer:
            self.said["curl"] = answer.read().decode()

    def _run(self, command: str, typed: str = "") -> str:
        """A command of ours, in this process; anything else would have to say why it is not run. Returns its output."""
        words = shlex.split(command)
        own = dict(word.split("=", 1) for word in words[: words.index("ivr")])
        mine = {name: None for name in os.environ if name.startswith(("IVR_", "TWILIO_"))}
        with contextlib.chdir(self.folder):
            ran = CliRunner().invoke(ivr, words[len(own) + 1 :], input=typed, env={**mine, **self._env, **own})
        if ran.exception and not isinstance(ran.exception, (SystemExit, *ERRORS)):
            raise ran.exception
        self.said[command] = ran.output
        assert ran.exit_code == 0, f"{command}\n{ran.output}{ran.exception or ''}"
        return ran.stdout

    def _serve(self, words: list[str]) -> None:
        """Start a server in the background, in place of the one that runs."""
        self.stop()
        ports = ["--carrier-port", str(self._ports["carrier"]), "--api-port", str(self._ports["api"])]
        self._server = subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve", *words, *(ports if "--demo" in words else [])],
            cwd=self.folder,
            env=self._outside(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = []
        for line in self._server.stdout or ():
            said.append(line)
            if "Stop with Ctrl-C." in line:
                return
        raise AssertionError("the server did not start:\n" + "".join(said))

    def _call(self, words: list[str]) -> None:
        """Call, press nothing, and listen to the end. The demo's carrier knows a new number after a moment."""
        command = [*(sys.executable, "-m", "ivr", "call"), *words]
        command += ["--carrier", f"ws://127.0.0.1:{self._ports['carrier']}/phone"]
        for _ in range(30):
            with subprocess.Popen(
                command, cwd=self.folder, env=self._outside(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as phone:
                assert phone.stdout
                heard = phone.stdout.read()
                if phone.wait(PATIENCE) == 0:
                    self.said["ivr call"] = heard
                    return
        raise AssertionError(f"the call came to nothing:\n{heard}")

    def _outside(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
        return {**kept, **self._env, "PYTHONUNBUFFERED": "1", "IVR_DRAIN_SECONDS": "0"}

    def stop(self) -> None:
        """Stop the server."""
        if self._server is None:
            return
        self._server.terminate()
        self._server.wait(PATIENCE)
        if self._server.stdout:
            self._server.stdout.close()
        self._server = None

    @contextlib.contextmanager
    def at_work(self) -> Iterator["Reader"]:
        """With an account at the emulator, until the end of the context."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        runner = asyncio.run_coroutine_threadsafe(self._open_account(), loop).result(PATIENCE)
        try:
            yield self
        finally:
            self.stop()
            asyncio.run_coroutine_threadsafe(self._close_account(runner), loop).result(PATIENCE)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _open_account(self) -> web.AppRunner:
        self.account.add_number(NUMBER)
        runner = web.AppRunner(self.account.app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._ports["account"]).start()
        return runner

    async def _close_account(self, runner: web.AppRunner) -> None:
        await runner.cleanup()
        await self.account.close()
