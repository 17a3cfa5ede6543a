"""The actions: one file each. A new one is a file here and a name in this list."""

from typing import Annotated

from pydantic import Field

from ivr.actions.collect_digits import CollectDigits
from ivr.actions.compute import Compute
from ivr.actions.condition import Condition
from ivr.actions.counter import Counter
from ivr.actions.end_call import EndCall
from ivr.actions.event_handler import EventHandler
from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.inbound_api import InboundApi
from ivr.actions.inbound_call import InboundCall
from ivr.actions.inbound_sms import InboundSms
from ivr.actions.jump_from import JumpFrom
from ivr.actions.jump_to import JumpTo
from ivr.actions.menu import Menu
from ivr.actions.percent_routing import PercentRouting
from ivr.actions.play_message import PlayMessage
from ivr.actions.record import Record
from ivr.actions.schedule import Schedule
from ivr.actions.send_sms import SendSms
from ivr.actions.set_variables import SetVariables
from ivr.actions.switch import Switch
from ivr.actions.text_operations import TextOperations
from ivr.actions.transfer import Transfer

AnyAction = Annotated[
    InboundCall
    | InboundSms
    | InboundApi
    | EventHandler
    | JumpFrom
    | PlayMessage
    | Menu
    | CollectDigits
    | Record
    | Transfer
    | ExternalWebCall
    | SendSms
    | SetVariables
    | Compute
    | TextOperations
    | Condition
    | Switch
    | PercentRouting
    | Counter
    | Schedule
    | JumpTo
    | EndCall,
    Field(discriminator="type"),
]
ACTIONS = (
    InboundCall,
    InboundSms,
    InboundApi,
    EventHandler,
    JumpFrom,
    PlayMessage,
    Menu,
    CollectDigits,
    Record,
    Transfer,
    ExternalWebCall,
    SendSms,
    SetVariables,
    Compute,
    TextOperations,
    Condition,
    Switch,
    PercentRouting,
    Counter,
    Schedule,
    JumpTo,
    EndCall,
)
