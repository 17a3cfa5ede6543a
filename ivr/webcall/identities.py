"""Client certificates: what is shown to a server that asks who connects."""

import asyncio
import os
import re
import ssl
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.webcall.errors import Unsendable
from ivr.webcall.outgoing import Identity

MOST = 100
"""Certificates that are ready at once."""
_block = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s\\]*)-----END \1-----")


class Identities:
    """Contexts for TLS, one for each certificate: made once, since making one costs more than many requests, and so
    that connections are shared by those who show the same one."""

    def __init__(self, blank: Callable[[], ssl.SSLContext]) -> None:
        """`blank` makes a context that shows nothing yet."""
        self._blank = blank
        self._ready: OrderedDict[Identity, ssl.SSLContext] = OrderedDict()

    async def context(self, identity: Identity) -> ssl.SSLContext:
        """Raises Unsendable for what is no certificate, or not with this key."""
        if identity not in self._ready:
            self._ready[identity] = await asyncio.to_thread(self._made, identity)
            if len(self._ready) > MOST:
                self._ready.popitem(last=False)
        self._ready.move_to_end(identity)
        return self._ready[identity]

    def _made(self, identity: Identity) -> ssl.SSLContext:
        context = self._blank()
        certificate, key = pem(identity.certificate), pem(identity.private_key)
        try:
            with _file(certificate) as shown, _file(key) as kept:
                context.load_cert_chain(shown, kept, password=_nothing)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise Unsendable(f"The client certificate can't be used: {_why(error)}.", "no_secret") from None
        return context


def pem(text: str) -> str:
    """PEM as it should be: a field of one line, or an environment variable, takes away its line breaks."""
    found = []
    for kind, inside in _block.findall(text):
        letters = "".join(inside.replace("\\n", "").split())
        rows = [letters[at : at + 64] for at in range(0, len(letters), 64)]
        found.append("\n".join([f"-----BEGIN {kind}-----", *rows, f"-----END {kind}-----", ""]))
    return "".join(found)


def _nothing() -> str:
    raise ValueError("the private key has a passphrase; take it off, the key is stored encrypted")


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        known = {"KEY_VALUES_MISMATCH": "the private key belongs to another certificate"}
        return known.get(error.reason or "", "certificate or private key can't be read; both have to be PEM")
    return str(error)


@contextmanager
def _file(text: str) -> Iterator[str]:
    """A file that OpenSSL can read, which takes nothing else: in memory where there is such a thing."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").exists():
        with os.fdopen(os.memfd_create("pem"), "wb") as memory:
            memory.write(text.encode())
            memory.flush()
            yield f"/proc/self/fd/{memory.fileno()}"
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "pem")
        path.touch(mode=0o600)
        path.write_text(text)
        yield str(path)
