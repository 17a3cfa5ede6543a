"""The actions that come with the server: one file each. A new one is a file here, and its name in this list."""

from importlib import import_module
from typing import Any

from ivr.core.action import Action

NAMES = (
    "inbound_call",
    "inbound_sms",
    "inbound_api",
    "event_handler",
    "jump_from",
    "play_message",
    "menu",
    "collect_digits",
    "record",
    "transfer",
    "hand_over",
    "external_web_call",
    "await",
    "send_sms",
    "ask_by_sms",
    "set_variables",
    "compute",
    "text_operations",
    "condition",
    "switch",
    "percent_routing",
    "counter",
    "for_each",
    "schedule",
    "jump_to",
    "end_call",
)
"""The type of each action, which is also the name of its file, in the order of the menu."""
FILES = {"await": "await_web_calls"}
"""Files that can't be called by their type: that is a word of Python."""


def _action(name: str) -> type[Action[Any]]:
    """The one class in a file that is an action of this type."""
    values = vars(import_module(f"{__name__}.{FILES.get(name, name)}")).values()
    actions = [value for value in values if isinstance(value, type) and issubclass(value, Action)]
    (found,) = [each for each in actions if "type" in each.model_fields and each.model_fields["type"].default == name]
    return found


BUILT_IN: tuple[type[Action[Any]], ...] = tuple(map(_action, NAMES))
