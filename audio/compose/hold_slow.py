"""Slow and warm, in F major: long chords, a sparse bell, and now and then a horn over a harp."""

from audio.compose.piece import Chord, Instrument, Levels, Pad, Partial, Piece, Section, Swelling

F_NINTH = Chord("F2", ("A3", "C4", "E4", "G4"))
F_ADDED = Chord("F2", ("A3", "C4", "G4", "C5"))
F_OVER_A = Chord("A2", ("C4", "F4", "A4", "C5"))
A_MINOR = Chord("A2", ("C4", "E4", "G4", "C5"))
A_MINOR_LOW = Chord("A2", ("A3", "C4", "E4", "G4"))
D_MINOR = Chord("D3", ("A3", "C4", "F4", "A4"))
D_MINOR_WIDE = Chord("D3", ("A3", "D4", "F4", "C5"))
G_MINOR = Chord("G2", ("Bb3", "D4", "F4", "Bb4"))
G_NINTH = Chord("G2", ("Bb3", "D4", "F4", "A4"))
B_FLAT = Chord("Bb2", ("Bb3", "D4", "F4", "A4"))
B_FLAT_MINOR = Chord("Bb2", ("Bb3", "Db4", "F4", "G4"))
E_FLAT = Chord("Eb3", ("Bb3", "D4", "G4", "Bb4"))
C_NINTH = Chord("C3", ("Bb3", "D4", "F4", "G4"))
C_OPEN = Chord("C3", ("Bb3", "D4", "G4", "C5"))
C_SEVENTH = Chord("C3", ("Bb3", "C4", "E4", "G4"))
C_SUSPENDED = Chord("C3", ("C4", "F4", "G4", "Bb4"))
C_OVER_E = Chord("E3", ("C4", "E4", "G4", "C5"))

# What leads has a level of its own in its first sine: a held note is as loud at its end as at its beginning.
GLASS = Instrument(0.012, (Partial(1, 0.85, 0.90), Partial(2, 0.16, 0.45), Partial(2.76, 0.07, 0.20)))
HORN = Instrument(
    0.14, (Partial(1, 0.34, 6.0), Partial(2, 0.17, 3.5), Partial(3, 0.07, 2.5), Partial(4, 0.03, 1.5)), release=0.30
)
HARP = Instrument(
    0.008, (Partial(1, 1.0, 0.50), Partial(2, 0.35, 0.22), Partial(3, 0.15, 0.12), Partial(4, 0.06, 0.07))
)
DEEP = Instrument(0.060, (Partial(2, 0.8, 1.4), Partial(3, 0.7, 1.1), Partial(4, 0.35, 0.8), Partial(5, 0.12, 0.5)))

STILL = ()
TWO_NOTES = ((2.0, 2, 0.7), (3.0, 3, 0.6))
ROLLING = ((0.0, 0, 0.9), (1.0, 1, 0.7), (2.0, 2, 0.8), (3.0, 3, 0.6))
FLOWING = ((0.0, 0, 0.9), (0.5, 1, 0.6), (1.0, 2, 0.7), (1.5, 3, 0.6), (2.0, 2, 0.7), (3.0, 1, 0.6), (3.5, 2, 0.5))

HOLD_SLOW = Piece(
    name="hold-slow",
    beat=8000,  # 60 beats a minute
    meter=4,
    sections=(
        Section(
            (F_NINTH, D_MINOR, B_FLAT, C_NINTH),
            "C5:2 G5:2 | F5:4 | D5:1.5 A5:2.5 | G5:4",
            GLASS,
            STILL,
        ),
        Section(
            (F_NINTH, A_MINOR_LOW, B_FLAT, C_SEVENTH),
            "C5:2 A5:2 | E5:3 -:1 | D5:1.5 F5:1.5 A5:1 | G5:3 -:1",
            GLASS,
            TWO_NOTES,
        ),
        Section(
            (D_MINOR_WIDE, G_NINTH, E_FLAT, C_SUSPENDED),
            "A4:3 C5:1 | D5:3 -:1 | Bb4:2 D5:1 G5:1 | F5:3 -:1",
            HORN,
            ROLLING,
        ),
        Section(
            (F_NINTH, C_OVER_E, B_FLAT, B_FLAT_MINOR),
            "A5:2 G5:2 | E5:4 | F5:1.5 D5:2.5 | Db5:3 -:1",
            GLASS,
            TWO_NOTES,
        ),
        Section(
            (A_MINOR_LOW, D_MINOR_WIDE, G_MINOR, C_NINTH),
            "C5:1 E5:1 A5:2 | F5:3 E5:1 | D5:1 G5:1 Bb5:2 | A5:1 G5:2 -:1",
            GLASS,
            FLOWING,
        ),
        Section(
            (B_FLAT, F_OVER_A, G_MINOR, A_MINOR),
            "D5:3 C5:1 | A4:3 -:1 | Bb4:1 D5:1 F5:2 | E5:3 -:1",
            HORN,
            ROLLING,
        ),
        Section(
            (B_FLAT, C_OPEN, F_ADDED, C_SUSPENDED),
            "D6:2 A5:2 | G5:3 -:1 | C6:4 | -:2 F5:1 G5:1",
            GLASS,
            STILL,
        ),
    ),
    levels=Levels(lead=0.9, hand=0.40, bass=0.34, pad=0.30, echo=0.30),
    hand=HARP,
    bass=DEEP,
    pad=Pad(
        sines=(Swelling(1, 1.0, 19), Swelling(2, 0.40, 29), Swelling(3, 0.12, 43)),
        swell=0.35,
        crossfade=1.6,
    ),
)
