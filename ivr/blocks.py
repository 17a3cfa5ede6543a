"""What a block of one's own is made of. A package declares its blocks under the entry point `ivr.blocks`.

A package imports from here, and nothing from the rest of `ivr` but `ivr.testing` in its tests: the other modules read
the packages, so they can't be imported from one.
"""

from ivr.actions.parts.prompts import Again, asking, heard
from ivr.actions.parts.spoken import speak
from ivr.core.action import Action, Break, Card, End, Leave, Outcome, Port, Sets, Stay, Visit, Wait, WaitOn
from ivr.core.effects import Dial, Fetch, Gather, Hangup, Hold, Line, Pause, Play, Record, Say, Text
from ivr.core.events import Answered, Dialled, Event, Fetched, Pressed, Recorded, Spoken, Texted
from ivr.core.fields import Secret, VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import HEADER, JSON, PHONE, PLAIN, SMS, SPEECH, URL, XML, SpokenText, Template, Unset
from ivr.core.values import Value
from ivr.core.waiting import SUPPOSED, job_stay

__all__ = [
    "HEADER",
    "JSON",
    "PHONE",
    "PLAIN",
    "SMS",
    "SPEECH",
    "SUPPOSED",
    "URL",
    "XML",
    "Action",
    "Again",
    "Answered",
    "Break",
    "Card",
    "Dial",
    "Dialled",
    "End",
    "Event",
    "Fetch",
    "Fetched",
    "Gather",
    "Hangup",
    "Hold",
    "Leave",
    "Line",
    "Outcome",
    "Pause",
    "Play",
    "Port",
    "Pressed",
    "Problem",
    "Record",
    "Recorded",
    "Say",
    "Secret",
    "Sets",
    "Spoken",
    "SpokenText",
    "Stay",
    "Template",
    "Text",
    "Texted",
    "Unset",
    "Value",
    "VariableName",
    "Visit",
    "Wait",
    "WaitOn",
    "asking",
    "heard",
    "job_stay",
    "speak",
    "ui",
]
