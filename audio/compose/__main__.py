"""python -m audio.compose [NAME ...] [--into FOLDER]"""

import argparse
import sys
from pathlib import Path

from audio.compose.finish import compose, decibels, write
from audio.compose.hold import HOLD
from audio.compose.hold_slow import HOLD_SLOW
from audio.compose.hold_waltz import HOLD_WALTZ
from audio.compose.piece import RATE
from ivr.sound import integrated, short_term_range

PIECES = {piece.name: piece for piece in (HOLD, HOLD_SLOW, HOLD_WALTZ)}


def main() -> None:
    """Compose pieces, write them, and say how they measure."""
    parser = argparse.ArgumentParser(
        prog="python -m audio.compose", description="Compose the hold music: 8 kHz mono 16-bit WAV files that loop."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(PIECES)}; all of them without any")
    parser.add_argument("--into", type=Path, default=Path(__file__).parents[1], help="folder to write into; else audio")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - PIECES.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PIECES)}")
    for name in arguments.names or PIECES:
        pcm = compose(PIECES[name])
        output = arguments.into / f"{name}.wav"
        write(output, pcm)
        sys.stdout.write(
            f"{output}: {len(pcm) / RATE:.1f} s, {integrated(pcm, RATE):.1f} LUFS, "
            f"peak {decibels(max(pcm, key=abs)):.1f} dBFS, short-term range {short_term_range(pcm, RATE):.1f} LU\n"
        )


if __name__ == "__main__":
    main()
