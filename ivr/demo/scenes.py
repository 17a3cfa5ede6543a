"""What the demo can show: in each scene a flow, how long its API takes, and what the caller does."""

from typing import NamedTuple


class Deed(NamedTuple):
    """Keys that the caller presses, once these words begin; without any they hang up."""

    hears: str
    presses: str = ""


class Scene(NamedTuple):
    """`about` says what happens, for who looks on. `flow` is the name of its flow file, `delay` the seconds until the
    API has its answer unless something else is asked for."""

    about: str
    flow: str
    delay: float = 3.0
    deed: Deed | None = None


SCENES = {
    "wait": Scene("The caller hears hold music until the API answers, then the answer, and is texted.", "appointment"),
    "text-me": Scene(
        "The API takes long. The caller presses 1 to be texted, and hangs up; the answer finds them.",
        "text-me",
        9.0,
        Deed("Press 1", "1"),
    ),
    "parallel": Scene("Two APIs are asked at once, and the caller waits for the slower one only.", "parallel"),
    "callback": Scene(
        "The API takes the request, and posts its answer back seconds later, to an address of this one call.",
        "callback",
        6.0,
    ),
}
