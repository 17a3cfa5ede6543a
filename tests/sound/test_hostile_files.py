"""Files that are none, lie, or mean harm."""

import io
import os
import random
import struct
import subprocess
import sys
import wave
import zipfile
from pathlib import Path

import av
import pytest

from ivr.sound.convert import convert
from ivr.sound.decode import CODECS, FORMATS, LARGEST, RATE, Unfit, decode
from tests.sound.recordings import KINDS, encoded, frames, noise, silence, sine, wav_header

TONE = sine(440, 1).tobytes()


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("song.mp3", random.Random(1).randbytes(50_000))
    return file.getvalue()


def hours_of_silence() -> bytes:
    """Two hours as MP3: one frame of silence, again and again."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as output:
        stream = output.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = 8_000
        for frame in [*frames(silence(3), RATE), None]:
            output.mux(stream.encode(frame))
    made = file.getvalue()
    second = made.index(made[:2], 4)
    third = made.index(made[:2], second + 4)
    return made + made[second:third] * (7_200 * RATE // 576)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Good morning, this is your dentist.\n" * 20, "no sound file"),
        (random.Random(7).randbytes(200_000), "no sound file"),
        (a_zip(), "no sound file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5_000), "no sound file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no sound file"),
        (b"RIFF", "no sound file"),
        (bytes(100_000), "no sound file"),
        (bytes(LARGEST + 1), "more than 20 MB"),
        (wav_header(1, 1, len(TONE)) + TONE, "claims 1 samples"),
        (wav_header(2**31 - 1, 1, len(TONE)) + TONE, "claims 2,147,483,647 samples"),
        (wav_header(RATE, 0, len(TONE)) + TONE, "0 channels"),
        (wav_header(RATE, 64, len(TONE)) + TONE, "64 channels"),
        (wav_header(RATE, 1, 0), "nothing of its sound"),
        (encoded("wav", sine(440, 0.4), RATE), "0.40 s"),
        (encoded("wav", silence(2), RATE), "silent"),
        (encoded("wav", sine(440, 2, level=-75), RATE), "silent"),
        (encoded("wav", silence(2) + sine(440, 0.2) + silence(2), RATE), "0.20 s are left"),
    ],
)
def test_what_is_unfit_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Unfit, match=reason) as refused:
        convert(content)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["flac", "wav"])
def test_what_lasts_too_long_is_refused(kind: str) -> None:
    with pytest.raises(Unfit, match="longer than 10 minutes"):
        decode(encoded(kind, silence(610), RATE))


def test_ten_minutes_are_not_too_long() -> None:
    assert len(decode(encoded("flac", silence(600), RATE))) == 600 * RATE * 2


def test_two_hours_in_a_small_file_are_given_up_at_the_limit() -> None:
    file = hours_of_silence()
    assert len(file) < LARGEST
    told: list[float] = []
    with pytest.raises(Unfit, match="longer than 10 minutes"):
        decode(file, told.append)
    assert max(told) <= 600


@pytest.mark.process
def test_a_bomb_takes_little_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.mp3").write_bytes(hours_of_silence())
    program = (
        "import resource, sys, pathlib; from ivr.sound.decode import Unfit, decode\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "content = pathlib.Path(sys.argv[1]).read_bytes(); before = most()\n"
        "try: decode(content)\n"
        "except Unfit: print(most() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "bomb.mp3")], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 64


class TestNoOtherFileIsOpened:
    """A playlist is a text that makes a player open files and addresses. What is uploaded never gets that far."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> Path:
        path = tmp_path / "elsewhere.wav"
        path.write_bytes(encoded("wav", sine(440, 2), RATE))
        os.utime(path, (0, path.stat().st_mtime))  # whoever reads it sets the time of last access
        return path

    def playlists(self, target: str) -> list[bytes]:
        return [
            text.format(target).encode()
            for text in (
                "ffconcat version 1.0\nfile '{0}'\n",
                "file '{0}'\n",
                "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n",
                "#EXTM3U\n{0}\n",
                "[playlist]\nFile1={0}\nNumberOfEntries=1\n",
                "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
                "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{0}</BaseURL></MPD>",
                "{0}\n",
            )
        ]

    @pytest.mark.parametrize("prefix", ["", "file:", "file://", "concat:", "subfile:,start,0,end,0,,:", "cache:file:"])
    def test_playlists_of_files_are_refused(self, elsewhere: Path, prefix: str) -> None:
        for playlist in self.playlists(f"{prefix}{elsewhere}"):
            with pytest.raises(Unfit):
                decode(playlist)
        assert elsewhere.stat().st_atime == 0

    def test_playlists_of_addresses_are_refused(self, far: tuple[str, list[bytes]]) -> None:
        address, asked = far
        for playlist in self.playlists(f"{address}/song.wav"):
            with pytest.raises(Unfit):
                decode(playlist)
        assert asked == []

    def test_a_playlist_opens_nothing_even_where_it_may_be_read(self, elsewhere: Path) -> None:
        """Were a playlist ever let in by mistake, the protocols would still be closed."""
        text = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{elsewhere.as_uri()}\n#EXT-X-ENDLIST\n".encode()
        with pytest.raises((av.FFmpegError, PermissionError)):
            av.open(io.BytesIO(text), options={"protocol_whitelist": "none"})

    def test_no_container_that_names_other_files_is_allowed(self) -> None:
        allowed = set(FORMATS.split(","))
        assert not allowed & {
            "concat",
            "hls",
            "dash",
            "image2",
            "imf",
            "rtsp",
            "sdp",
            "lavfi",
            "applehttp",
            "ffmetadata",
        }

    def test_no_pictures_are_decoded(self) -> None:
        here = {name for name in CODECS & av.codecs_available if av.Codec(name, "r").type != "audio"}
        assert here == set()


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_survived_or_refused_but_never_worse(kind: str) -> None:
    whole = encoded(kind, noise(1, 48_000), 48_000, "mono") if "vorbis" not in kind else vorbis()
    source = random.Random(kind)
    for _ in range(12):
        damaged = bytearray(whole[: source.choice((len(whole), len(whole) * 2 // 3, 60))])
        for _ in range(source.choice((1, 5, 200))):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        try:
            made = convert(bytes(damaged))
        except Unfit:
            continue
        with wave.open(io.BytesIO(made.content)) as file:
            assert file.getframerate() == RATE


def vorbis() -> bytes:
    return encoded("ogg vorbis", noise(2, 48_000), 48_000, "stereo")


def test_a_frame_that_asks_for_a_gigabyte_is_refused() -> None:
    """At once, and not as one of many broken pieces: the decoder is not let try."""
    whole = bytearray(encoded("m4a, lossless", sine(440, 1, 44_100), 44_100))
    place = whole.index(struct.pack(">I", 4_096), whole.rindex(b"alac"))
    whole[place : place + 4] = struct.pack(">I", 4_096 * 4_096)
    with pytest.raises(Unfit, match="broken: its sound"):
        decode(bytes(whole))


def test_a_file_that_is_mostly_broken_is_refused() -> None:
    whole = bytearray(encoded("m4a, lossless", noise(2, 44_100), 44_100))
    sound = whole.index(b"mdat") + 4
    sizes = whole.index(b"stsz") + 12
    count, first = struct.unpack(">II", whole[sizes : sizes + 8])
    assert count > 20
    end = whole.index(b"moov")
    whole[sound + first : end] = b"\x20" * (end - sound - first)
    with pytest.raises(Unfit, match="too much of its sound"):
        decode(bytes(whole))
