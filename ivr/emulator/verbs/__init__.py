"""The verbs the emulator performs, one module each."""

from ivr.emulator.spec import Grammar
from ivr.emulator.verbs import dial, gather, hangup, pause, play, record, redirect, reject, say

GRAMMAR: Grammar = {
    module.SPEC.name: module.SPEC for module in (say, play, pause, gather, redirect, dial, hangup, reject, record)
}
