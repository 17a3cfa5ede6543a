"""The vocabulary. Pure: no I/O, no clock, no randomness; everything in it is frozen.

Read in this order: events (what happened), effects (what to do), call (where a call stands),
mailbox (words on their way to the caller), action (what a block decides).
"""
