"""A light waltz in G major: a reed and a celesta in turn over a plucked guitar, with a middle part in C."""

from audio.compose.piece import Chord, Instrument, Levels, Pad, Partial, Piece, Section, Swelling

G = Chord("G2", ("B3", "D4", "G4", "B4"))
E_MINOR = Chord("E3", ("B3", "D4", "G4", "B4"))
C = Chord("C3", ("C4", "E4", "G4", "C5"))
C_MAJOR_SEVENTH = Chord("C3", ("C4", "E4", "G4", "B4"))
C_MINOR = Chord("C3", ("C4", "Eb4", "G4", "A4"))
D_SEVENTH = Chord("D3", ("A3", "C4", "F#4", "A4"))
B_MINOR = Chord("B2", ("A3", "D4", "F#4", "B4"))
A_MINOR = Chord("A2", ("A3", "C4", "E4", "G4"))
A_SEVENTH = Chord("A2", ("A3", "C#4", "E4", "G4"))
D_MINOR = Chord("D3", ("A3", "C4", "F4", "A4"))
G_SEVENTH = Chord("G2", ("B3", "D4", "F4", "B4"))
E_MINOR_HIGH = Chord("E3", ("B3", "E4", "G4", "D5"))
E_SEVENTH = Chord("E3", ("B3", "D4", "G#4", "B4"))
F = Chord("F2", ("A3", "C4", "F4", "A4"))

# What leads has a level of its own in its first sine: a held note is as loud at its end as at its beginning.
REED = Instrument(0.05, (Partial(1, 0.48, 4.0), Partial(2, 0.04, 2.0), Partial(3, 0.11, 2.0)), release=0.09)
CELESTA = Instrument(0.004, (Partial(1, 0.80, 0.32), Partial(2, 0.24, 0.16), Partial(4, 0.08, 0.06)))
GUITAR = Instrument(
    0.005,
    (
        Partial(1, 1.0, 0.22),
        Partial(2, 0.50, 0.16),
        Partial(3, 0.28, 0.10),
        Partial(4, 0.12, 0.07),
        Partial(5, 0.06, 0.05),
    ),
)
DEEP = Instrument(0.015, (Partial(2, 1.0, 0.45), Partial(3, 0.7, 0.32), Partial(4, 0.35, 0.22), Partial(5, 0.15, 0.15)))

STEPPING = ((1.0, 1, 0.8), (1.0, 2, 0.7), (2.0, 1, 0.6), (2.0, 3, 0.6))
WALKING = ((0.0, 0, 0.7), (1.0, 2, 0.8), (2.0, 3, 0.7))
ROLLING = ((0.0, 0, 0.9), (0.5, 1, 0.6), (1.0, 2, 0.7), (1.5, 3, 0.7), (2.0, 2, 0.6), (2.5, 1, 0.5))

HOLD_WALTZ = Piece(
    name="hold-waltz",
    beat=4800,  # 100 beats a minute
    meter=3,
    sections=(
        Section(
            (G, E_MINOR, C_MAJOR_SEVENTH, D_SEVENTH, B_MINOR, E_MINOR, A_MINOR, D_SEVENTH),
            "B5:2 G5:1 | D5:2 E5:1 | G5:2 E5:1 | D5:3 | F#5:2 A5:1 | G5:2 E5:1 | C5:1 E5:1 G5:1 | F#5:2 -:1",
            REED,
            STEPPING,
        ),
        Section(
            (G, E_MINOR, C, D_SEVENTH, B_MINOR, C, D_SEVENTH, G),
            "B5:2 G5:1 | D5:2 E5:1 | G5:1 A5:1 B5:1 | A5:3 | B5:2 F#5:1 | E5:2 G5:1 | A5:1 F#5:1 D5:1 | G5:2 -:1",
            REED,
            STEPPING,
        ),
        Section(
            (E_MINOR, B_MINOR, C_MAJOR_SEVENTH, G, A_MINOR, A_SEVENTH, C_MINOR, D_SEVENTH),
            "-:1 E5:1 G5:1 | F#5:2 D5:1 | -:1 E5:1 G5:1 | B5:2 A5:1 | -:1 C5:1 E5:1 | A5:2 G5:1 | Eb5:2 G5:1"
            " | F#5:1 E5:1 D5:1",
            CELESTA,
            WALKING,
        ),
        Section(
            (G, B_MINOR, C, C_MINOR, B_MINOR, E_MINOR, D_SEVENTH, G),
            "D5:1 G5:1 B5:1 | A5:2 F#5:1 | G5:2 E5:1 | Eb5:2 C5:1 | D5:1 F#5:1 A5:1 | G5:3 | F#5:1 A5:1 C6:1"
            " | B5:2 -:1",
            REED,
            ROLLING,
        ),
        Section(
            (C, A_MINOR, D_MINOR, G_SEVENTH, E_MINOR_HIGH, A_MINOR, D_MINOR, G_SEVENTH),
            "E5:1 G5:1 C6:1 | B5:1 A5:2 | F5:1 A5:1 D6:1 | C6:1 B5:2 | G5:1 B5:1 E6:1 | D6:1 C6:2"
            " | A5:1 F5:1 D5:1 | G5:2 -:1",
            CELESTA,
            ROLLING,
        ),
        Section(
            (F, E_MINOR_HIGH, D_MINOR, C, F, E_SEVENTH, A_MINOR, D_SEVENTH),
            "A5:2 C6:1 | B5:2 G5:1 | F5:2 A5:1 | G5:2 E5:1 | C5:1 F5:1 A5:1 | G#5:2 B5:1 | A5:1 G5:1 E5:1 | F#5:2 -:1",
            REED,
            STEPPING,
        ),
        Section(
            (E_MINOR, B_MINOR, C, G, A_MINOR, D_SEVENTH, G, D_SEVENTH),
            "B5:1.5 A5:.5 G5:1 | F#5:2 D5:1 | E5:1.5 G5:.5 C6:1 | B5:3 | E5:1 G5:1 C6:1 | A5:1 F#5:1 D5:1 | G5:3"
            " | -:1 D5:1 F#5:1",
            CELESTA,
            WALKING,
        ),
    ),
    levels=Levels(lead=1.0, hand=0.34, bass=0.30, pad=0.10, echo=0.20),
    hand=GUITAR,
    bass=DEEP,
    pad=Pad(
        sines=(Swelling(1, 1.0, 23), Swelling(2, 0.30, 37), Swelling(3, 0.10, 53)),
        swell=0.3,
        crossfade=0.5,
    ),
)
