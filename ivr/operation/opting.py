"""Puts a number on the list of those that get no texts, or takes it off, and leaves that in the audit trail.

A mark stands for the number there.
"""

from ivr.core.phone_numbers import read
from ivr.store.erasure import ErasureStore
from ivr.store.opt_outs import OptOutStore


async def opt_out(opt_outs: OptOutStore, trail: ErasureStore, number: str, country: str = "") -> str:
    """No more texts to a number, however it is written; a repeat changes nothing. Returns it as E.164.

    `country`: of numbers without their country's code. Raises NotANumber and StoreError. The audit trail has it first.
    """
    plain = read(number, country).e164
    if not await opt_outs.has(plain):
        await trail.note(f"No more texts to the number {trail.mark_of(plain)}.")
        await opt_outs.add(plain)
    return plain


async def opt_in(opt_outs: OptOutStore, trail: ErasureStore, number: str, country: str = "") -> str:
    """Texts to a number again, also to one as the list has it, with its channel. The rest as with `opt_out`."""
    plain = number if await opt_outs.has(number) else read(number, country).e164
    if await opt_outs.has(plain):
        await trail.note(f"Texts to the number {trail.mark_of(plain)} again.")
        await opt_outs.remove(plain)
    return plain
