"""The commands `ivr audio …`, as somebody types them."""

import asyncio
import contextlib
import subprocess
import sys
import wave
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import ivr as commands
from ivr.sound.library import SHIPPED
from ivr.store import load_keys, open_store
from tests.sound.recordings import chirp, encoded, noise, silence

ROOT = Path(__file__).parents[2]
Ivr = Callable[..., Result]


@pytest.fixture
def ivr(tmp_path: Path) -> Ivr:
    """Runs `ivr audio` in an empty folder, where no program is to be found unless it is put into `bin`."""

    def run(*arguments: str) -> Result:
        environment = {"IVR_DATA": str(tmp_path / "data"), "PATH": str(tmp_path / "bin")}
        with contextlib.chdir(tmp_path):
            return CliRunner().invoke(commands, ["audio", *arguments], env=environment)

    return run


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "Waiting song.mp3"
    path.write_bytes(encoded("mp3", chirp(4, 44_100), 44_100))
    return path


def works(done: Result) -> str:
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def fails(done: Result) -> str:
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def player(tmp_path: Path, name: str, status: int = 0) -> Path:
    """A program that plays nothing but notes down what it was told."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    heard = tmp_path / f"{name}.txt"
    program = folder / name
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{heard}'\nexit {status}\n")
    program.chmod(0o755)
    return heard


def test_a_song_is_stored_under_its_own_name(ivr: Ivr, song: Path) -> None:
    assert works(ivr("add", str(song))) == "Stored “Waiting song”: 4.0 s, 62 KB, -16.0 LUFS.\n"
    assert works(ivr("list")).splitlines()[-1].startswith("Waiting song  ")


def test_or_under_another(ivr: Ivr, song: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))
    table = works(ivr("list")).splitlines()
    assert table[0].split() == ["Name", "Seconds", "Size", "Played", "by"]
    assert [row.split() for row in table[1:]] == [
        ["hold.wav", "48.0", "750", "KB", "-"],
        ["hold-slow.wav", "112.0", "1.7", "MB", "-"],
        ["hold-waltz.wav", "100.8", "1.5", "MB", "-"],
        ["music", "4.0", "62", "KB", "-"],
    ]


def test_a_name_that_no_clip_can_have_is_made_one_of(ivr: Ivr, tmp_path: Path, song: Path) -> None:
    odd = song.rename(tmp_path / "Grüße & Musik?.mp3")
    assert works(ivr("add", str(odd))).startswith("Stored “Gr-e - Musik-”")


def test_the_same_again_changes_nothing(ivr: Ivr, song: Path) -> None:
    assert works(ivr("add", str(song))) == works(ivr("add", str(song)))


def test_a_name_never_gets_another_content(ivr: Ivr, song: Path, tmp_path: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))
    (tmp_path / "other.wav").write_bytes(encoded("wav", noise(2), 8_000))
    assert "another clip “music”" in fails(ivr("add", "other.wav", "--name", "music"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "nowhere.mp3"), "nowhere.mp3 can't be read: No such file or directory."),
        (("add", "."), "can't be read: Is a directory."),
        (("add", "text.mp3"), "text.mp3 can't become a clip. The file is no sound file"),
        (("add", "silent.wav"), "silent.wav can't become a clip. The recording is silent."),
        (("add", "big.wav"), "more than 20 MB"),
        (("add", "good.wav", "--name", "hold.wav"), "“hold.wav” comes with the system"),
        (("add", "good.wav", "--name", "a/b"), "can't be called “a/b”"),
        (("add", "good.wav", "--name", ""), "can't be called “”"),
        (("remove", "hold.wav"), "can't be removed"),
        (("remove", "nothing"), "There is no clip “nothing”"),
        (("play", "nothing"), "There is no clip “nothing”"),
        (("play", "hold.wav", "-o", "no/such/folder.wav"), "can't be written: No such file or directory."),
    ],
)
def test_every_mistake_gets_a_sentence(ivr: Ivr, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "text.mp3").write_text("Good morning.\n" * 100)
    (tmp_path / "silent.wav").write_bytes(encoded("wav", silence(2), 8_000))
    (tmp_path / "good.wav").write_bytes(encoded("wav", noise(1), 8_000))
    with (tmp_path / "big.wav").open("wb") as big:
        big.truncate(21 * 1024 * 1024)
    assert words in fails(ivr(*arguments))


def test_a_long_recording_tells_how_far_it_is(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "long.flac").write_bytes(encoded("flac", noise(10) * 13, 8_000))
    done = ivr("add", "long.flac")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == ["1 min decoded …", "2 min decoded …"]


def test_a_clip_that_stays_softer_is_told_of(ivr: Ivr, tmp_path: Path) -> None:
    spiky = noise(4, level=-40)
    spiky[2_000::4_000] = array("h", [30_000] * len(spiky[2_000::4_000]))
    (tmp_path / "spiky.wav").write_bytes(encoded("wav", spiky, 8_000))
    done = ivr("add", "spiky.wav")
    assert done.exit_code == 0
    assert "softer than the usual -16 LUFS" in done.stderr


def test_a_clip_that_is_removed_is_gone(ivr: Ivr, song: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))
    assert works(ivr("remove", "music")) == "Removed “music”.\n"
    assert "There is no clip" in fails(ivr("play", "music"))


def test_a_close_name_is_offered(ivr: Ivr, song: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))
    assert "Did you mean “music”?" in fails(ivr("remove", "musik"))


@pytest.mark.parametrize("name", ["ffplay", "afplay", "paplay", "pw-play", "aplay"])
def test_a_player_gets_the_file(ivr: Ivr, song: Path, tmp_path: Path, name: str) -> None:
    works(ivr("add", str(song), "--name", "music"))
    heard = player(tmp_path, name)
    works(ivr("play", "music"))
    played = Path(heard.read_text().splitlines()[-1])
    assert played.is_absolute()
    with wave.open(str(played)) as file:
        assert file.getframerate() == 8_000


def test_a_player_that_fails_is_told_of(ivr: Ivr, tmp_path: Path) -> None:
    player(tmp_path, "aplay", status=1)
    assert "aplay could not play it. The clip is in " in fails(ivr("play", "hold.wav"))


def test_without_a_player_the_place_of_the_file_is_told(ivr: Ivr, song: Path, tmp_path: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))
    said = works(ivr("play", "music"))
    assert "No program on this machine plays sound" in said
    (file,) = (tmp_path / "data" / "audio").iterdir()
    assert str(file) in said


def test_a_clip_can_be_written_into_a_file(ivr: Ivr, tmp_path: Path) -> None:
    heard = player(tmp_path, "aplay")
    assert works(ivr("play", "hold.wav", "-o", "out.wav")) == "Wrote out.wav.\n"
    assert (tmp_path / "out.wav").read_bytes() == (SHIPPED / "hold.wav").read_bytes()
    assert not heard.exists()


@pytest.mark.process
def test_it_runs_as_a_program_of_its_own_without_a_warning(song: Path, tmp_path: Path) -> None:
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ivr", "audio", "add", str(song)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout.split(":")[0], done.stderr) == ("Stored “Waiting song”", "")


def test_what_it_stores_is_what_the_server_finds(ivr: Ivr, song: Path, tmp_path: Path) -> None:
    works(ivr("add", str(song), "--name", "music"))

    async def look() -> tuple[str, float]:
        store = await open_store(tmp_path / "data", None, load_keys("", tmp_path / "data"), lambda: 0)
        try:
            row = await store.audio.find("music")
        finally:
            await store.close()
        return row.original, row.seconds

    original, seconds = asyncio.run(look())
    assert original == "Waiting song.mp3"
    assert seconds == pytest.approx(3.98, abs=0.1)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((), "Bring in sounds for callers"),
        (("add",), "half a second to ten minutes"),
        (("list",), "the flows that play each"),
        (("remove",), "unless a draft or a live flow plays it"),
        (("play",), "as callers hear it"),
    ],
)
def test_help_teaches(ivr: Ivr, command: tuple[str, ...], words: str) -> None:
    assert words in " ".join(works(ivr(*command, "--help")).split())
