"""What the board is told of declarations: the shape of it."""

from typing import Any, Literal

from msgspec import Struct

Kind = Literal["next", "success", "failure", "timeout", "digit"]


class PortRow(Struct, frozen=True):
    """A way out of a block, and how it is drawn."""

    id: str
    label: str
    kind: Kind


class VariableRow(Struct, frozen=True):
    """A variable; `#` stands for a block's prefix and number, as in `EXTCALL_3`."""

    name: str
    help: str


class ActionRow(Struct, frozen=True):
    """An action as the board shows it. `icon` is SVG path data in a box of 24 by 24, `schema` the JSON schema of its
    fields, with hints under `x-ui`."""

    type: str
    title: str
    group: str
    icon: str
    prefix: str
    help: str
    keywords: tuple[str, ...]
    trigger: bool
    summary: str
    ports: list[PortRow]
    ports_from: str
    variables: list[VariableRow]
    schema: dict[str, Any]


class TemplateRow(Struct, frozen=True):
    """A flow to begin with."""

    id: str
    name: str
    description: str


class Bootstrap(Struct, frozen=True):
    """Everything that stays the same while the server runs. `reference` is the pattern of a variable in a text;
    `causes` says in a few words why a web call failed, by its cause."""

    version: str
    reference: str
    system_variables: list[VariableRow]
    filters: list[VariableRow]
    time_zones: list[str]
    templates: list[TemplateRow]
    languages: tuple[str, ...]
    causes: dict[str, str]
    actions: list[ActionRow]
    public_url: str
    demo: bool
    read_only: bool
    carrier: Literal["twilio", "emulator"] | None
