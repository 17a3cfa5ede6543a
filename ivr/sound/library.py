"""The audio library: clips by name, and how long they play."""

import wave
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SHIPPED = next((folder for folder in (PACKAGE / "audio", PACKAGE.parent / "audio") if folder.is_dir()), PACKAGE)
"""Where the clips that come with us are: inside the installed package, or beside it in a checkout."""


class Library:
    """The clips of one folder, looked at once."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._clips = {path.name: path for path in sorted(folder.glob("*.wav"))}
        self._seconds = {name: _seconds(path) for name, path in self._clips.items()}

    def path(self, name: str) -> Path | None:
        """The file of a clip, or None when there is no such clip."""
        return self._clips.get(name)

    def seconds(self, name: str) -> float:
        """How long a clip plays; 0 for one that is not there."""
        return self._seconds.get(name, 0.0)


def _seconds(path: Path) -> float:
    with wave.open(str(path)) as clip:
        return float(clip.getnframes() / clip.getframerate())
