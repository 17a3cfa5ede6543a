"""Compose the music that comes with us, by own synthesis: `python -m audio.compose`.

It is written for a telephone. Every tone is a sum of sines, and only those a telephone passes are sounded, so
there is nothing to filter and nothing to alias; the bass is heard through its overtones alone. Most callers
hear a few seconds, so a tune starts at once, without a fade.

It is played on a circle. Each sine completes a whole number of cycles per loop, and whatever rings past the
end, echoes included, rings on at the beginning. No seam remains, so the cut is made wherever the wave is still.

A piece is data (`piece`); the pieces are in `hold`, `hold_slow` and `hold_waltz`. `score` says which notes it has,
`tones` sounds them, `room` echoes them, `finish` makes a file of them.
"""
