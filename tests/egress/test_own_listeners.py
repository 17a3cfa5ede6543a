"""A web call never reaches our own listeners, whatever is allowed: at every address and in every spelling of it."""

import pytest

from ivr.webcall.guard import OWN, Blocked, Guard
from ivr.webcall.listeners import Listener

ALL = "0.0.0.0/0, ::/0, localhost"


def refused(guard: Guard, address: str, port: int) -> bool:
    """Whether it is, and as this server itself, which no setting allows."""
    try:
        guard.check("name.test", address, port)
    except Blocked as error:
        return error.rule == OWN and "IVR_EGRESS_ALLOW" not in str(error)
    return False


@pytest.mark.parametrize(
    ("bound", "reached", "others"),
    [
        ("127.0.0.1", ["127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "::"], ["127.0.0.2", "::1", "192.0.2.1"]),
        ("::1", ["::1", "::", "0.0.0.0", "0:0:0:0:0:0:0:1"], ["127.0.0.1"]),
        ("0.0.0.0", ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::ffff:127.0.0.1"], ["192.0.2.1", "2001:db8::1"]),
        ("::", ["127.0.0.1", "::1", "fe80::1", "fe80::1%lo"], ["192.0.2.1"]),
    ],
)
def test_every_address_that_leads_to_a_listener(bound: str, reached: list[str], others: list[str]) -> None:
    guard = Guard.parse(ALL, [Listener(bound, 8081)])
    assert [address for address in reached if not refused(guard, address, 8081)] == []
    assert [address for address in others if refused(guard, address, 8081)] == []
    assert [address for address in reached if refused(guard, address, 8082)] == []
