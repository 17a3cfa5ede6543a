"""The actions: one file each. A new one is a file here and a name in this list."""

from typing import Annotated

from pydantic import Field

from ivr.actions.end_call import EndCall
from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.inbound_call import InboundCall
from ivr.actions.play_message import PlayMessage
from ivr.actions.send_sms import SendSms

AnyAction = Annotated[InboundCall | PlayMessage | ExternalWebCall | SendSms | EndCall, Field(discriminator="type")]
ACTIONS = (InboundCall, PlayMessage, ExternalWebCall, SendSms, EndCall)
