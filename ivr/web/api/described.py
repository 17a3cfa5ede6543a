"""The OpenAPI document without a server: `python -m ivr.web.api.described` prints it."""

import json
import sys
from typing import Any

from ivr.web import api
from ivr.web.api.inbound_api import StartsApi
from ivr.web.api.openapi import describe


class _Nothing:
    """Stands for every part of a server: declaring routes only takes hold of parts, and uses none."""

    def __getattr__(self, name: str) -> Any:
        return _Nothing()

    def __call__(self, *_: Any, **__: Any) -> Any:
        return _Nothing()


NOTHING: Any = _Nothing()


def document() -> dict[str, Any]:
    """What `/api/openapi.json` answers."""
    starts = StartsApi(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    return describe(api.routes(NOTHING, starts.routes()))


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1)
