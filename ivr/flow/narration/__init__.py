"""A call in words. Every view of a call draws the events that are made here: the board, the API, every command.

`traced` tells what the flow did, from the entries of a trace; `heard` what was on the line; `text` draws a line.
"""

from ivr.flow.narration.event import CallEvent, Kind, Sound
from ivr.flow.narration.heard import Heard
from ivr.flow.narration.text import line_of
from ivr.flow.narration.traced import Narrator, narrated

__all__ = ["CallEvent", "Heard", "Kind", "Narrator", "Sound", "line_of", "narrated"]
