"""The default hold music: a bell over broken chords, in D major."""

from audio.compose.piece import Chord, Instrument, Levels, Pad, Partial, Piece, Section, Swelling

D = Chord("D3", ("A3", "F#4", "A4", "E5"))
B_MINOR = Chord("B2", ("A3", "F#4", "B4", "D5"))
G = Chord("G2", ("B3", "G4", "B4", "D5"))
A_SUSPENDED = Chord("A2", ("A3", "G4", "B4", "D5"))
A_SEVENTH = Chord("A2", ("A3", "G4", "C#5", "E5"))
D_OVER_F = Chord("F#2", ("A3", "F#4", "A4", "D5"))
E_MINOR = Chord("E3", ("B3", "G4", "B4", "D5"))

VERSE = (D, B_MINOR, G, A_SEVENTH)
BRIDGE = (G, D_OVER_F, E_MINOR, A_SUSPENDED)

BELL = Instrument(
    0.006, (Partial(1, 1.0, 0.42), Partial(2, 0.22, 0.25), Partial(3, 0.06, 0.12), Partial(4, 0.10, 0.05))
)
PIANO = Instrument(
    0.010, (Partial(1, 1.0, 0.35), Partial(2, 0.30, 0.22), Partial(3, 0.12, 0.12), Partial(5, 0.04, 0.05))
)
BASS = Instrument(0.030, (Partial(2, 1.0, 0.90), Partial(3, 0.55, 0.60), Partial(4, 0.25, 0.40), Partial(5, 0.1, 0.3)))

BROKEN = ((0.0, 0, 1.0), (0.5, 1, 0.7), (1.0, 2, 0.8), (2.0, 3, 0.8), (2.5, 2, 0.6), (3.0, 1, 0.7))

HOLD = Piece(
    name="hold",
    beat=6000,  # 80 beats a minute
    meter=4,
    sections=(
        Section(VERSE, "A5:1.5 F#5:.5 E5:2 | D5:1 E5:1 F#5:2 | B5:1.5 A5:.5 F#5:1 E5:1 | E5:3 -:1", BELL, BROKEN),
        Section(VERSE, "A5:1.5 F#5:.5 E5:2 | D5:1 E5:1 A5:2 | B5:1 D6:1 B5:1 A5:1 | A5:1 E5:2 -:1", BELL, BROKEN),
        Section(BRIDGE, "-:1 B5:1 D6:1 B5:1 | A5:3 F#5:1 | -:1 E5:.5 F#5:.5 B5:2 | A5:2 E5:1 F#5:1", BELL, BROKEN),
        Section(VERSE, "A5:1.5 F#5:.5 E5:2 | D5:1 E5:1 F#5:2 | B5:1.5 A5:.5 F#5:1 E5:1 | E5:2 -:1 F#5:1", BELL, BROKEN),
    ),
    levels=Levels(lead=1.0, hand=0.42, bass=0.30, pad=0.20, echo=0.22),
    hand=PIANO,
    bass=BASS,
    pad=Pad(
        sines=(Swelling(1, 1.0, 11), Swelling(2, 0.35, 17), Swelling(3, 0.14, 23), Swelling(4, 0.06, 29)),
        swell=0.3,
        crossfade=0.9,
    ),
)
