"""Prompts: the verbs that only fill the line, alone or inside of another verb."""

from collections.abc import Mapping

from ivr.emulator.stage.stage import Run
from ivr.emulator.verbs import pause, play, say

PROMPTS: Mapping[str, Run] = {verb.SPEC.name: verb.run for verb in (say, play, pause)}
