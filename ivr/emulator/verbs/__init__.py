"""The verbs the emulator performs, one module each."""

from collections.abc import Mapping

from ivr.emulator.stage.stage import Run
from ivr.emulator.twiml.grammar import Grammar
from ivr.emulator.verbs import dial, elsewhere, gather, hangup, pause, play, record, redirect, reject, say

_VERBS = (say, play, pause, gather, redirect, dial, hangup, reject, record)

GRAMMAR: Grammar = {spec.name: spec for spec in (*(verb.SPEC for verb in _VERBS), *elsewhere.SPECS)}
RUN: Mapping[str, Run] = {**{verb.SPEC.name: verb.run for verb in _VERBS}, **elsewhere.RUNS}
