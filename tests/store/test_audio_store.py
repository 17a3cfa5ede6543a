import hashlib
import os

import pytest

from ivr.store import BadClip, Clip, ClipExists, ClipInUse, ClipRow, Store, UnknownClip

from .conftest import Place
from .making import NOW, a_flow

CLIP = Clip("hold music.wav", 12_345, "Hold Music (final).mp3", b"RIFF....WAVE")
SHA = hashlib.sha256(CLIP.content).hexdigest()


async def a_flow_that_plays(store: Store, *, draft: bool, live: bool) -> None:
    """One flow: its live revision plays the clip if `live`, its draft if `draft`."""
    audio = {"type": "file", "file": CLIP.name}
    for plays in (live, draft):
        await store.flows.save_draft(a_flow("orders", **({"hold_audio": audio} if plays else {})))
        if plays is live and not await store.flows.live("orders"):
            await store.flows.publish("orders")


async def test_a_clip_is_found_by_its_name_and_its_content_by_its_hash(store: Store) -> None:
    row = ClipRow("hold music.wav", SHA, 12_345, 12, "Hold Music (final).mp3", NOW)
    assert await store.audio.add(CLIP) == row
    assert await store.audio.find("hold music.wav") == row
    assert await store.audio.content(SHA) == CLIP.content
    assert row.seconds == 12.345


async def test_a_clip_of_ten_megabytes_comes_back_whole(store: Store) -> None:
    content = os.urandom(10 * 1024 * 1024)
    row = await store.audio.add(Clip("long.wav", 655_360, "long.wav", content))
    assert row.size == len(content)
    assert await store.audio.content(row.sha256) == content


async def test_the_list_is_by_name(place: Place) -> None:
    store = await place.open()
    assert await store.audio.list() == []
    await store.audio.add(Clip("b.wav", 1, "", b"2"))
    place.time = NOW + 5
    await store.audio.add(Clip("a.wav", 1, "", b"1"))
    assert [(row.name, row.created_at) for row in await store.audio.list()] == [("a.wav", NOW + 5), ("b.wav", NOW)]


async def test_the_same_clip_again_changes_nothing(place: Place) -> None:
    store = await place.open()
    first = await store.audio.add(CLIP)
    place.time = NOW + 5
    assert await store.audio.add(CLIP) == first


async def test_a_name_never_gets_another_content(store: Store) -> None:
    await store.audio.add(CLIP)
    with pytest.raises(ClipExists, match=r"another clip “hold music.wav” already"):
        await store.audio.add(Clip(CLIP.name, 1, "", b"other"))
    assert await store.audio.content(SHA) == CLIP.content


async def test_two_names_may_share_a_content(store: Store) -> None:
    await store.audio.add(CLIP)
    await store.audio.add(Clip("again.wav", 12_345, "", CLIP.content))
    await store.audio.remove(CLIP.name)
    assert await store.audio.content(SHA) == CLIP.content
    await store.audio.remove("again.wav")
    with pytest.raises(UnknownClip, match=f"hash “{SHA}”"):
        await store.audio.content(SHA)


async def test_a_misspelt_clip_is_named_with_the_right_one(store: Store) -> None:
    with pytest.raises(UnknownClip, match=r"There is no clip “x”\. There is: none yet\."):
        await store.audio.find("x")
    await store.audio.add(CLIP)
    sentence = r"There is no clip “hold musik\.wav”\. Did you mean “hold music\.wav”\?"
    with pytest.raises(UnknownClip, match=sentence):
        await store.audio.find("hold musik.wav")
    with pytest.raises(UnknownClip, match=sentence):
        await store.audio.remove("hold musik.wav")


@pytest.mark.parametrize("name", ["", ".", "..", ".wav", " a", "a ", "a/b", "a\\b", "ü.wav", "a\n", "a\0", "a" * 101])
async def test_a_name_that_is_no_file_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(BadClip, match="can't be called"):
        await store.audio.add(Clip(name, 1, "", b"x"))


async def test_an_empty_clip_is_refused(store: Store) -> None:
    with pytest.raises(BadClip, match=r"“a.wav” is empty"):
        await store.audio.add(Clip("a.wav", 0, "", b""))


@pytest.mark.parametrize(
    ("draft", "live", "told"),
    [
        (True, True, "orders (draft, revision 1)"),
        (True, False, "orders (draft)"),
        (False, True, "orders (revision 1)"),
    ],
)
async def test_a_clip_that_a_flow_plays_stays(store: Store, draft: bool, live: bool, told: str) -> None:
    await store.audio.add(CLIP)
    await a_flow_that_plays(store, draft=draft, live=live)
    with pytest.raises(ClipInUse, match=r"Clip “hold music.wav” is played by orders") as caught:
        await store.audio.remove("hold music.wav")
    assert caught.value.flows == (told,)
    assert await store.audio.find("hold music.wav")


async def test_a_clip_that_no_flow_plays_goes(store: Store) -> None:
    await store.audio.add(CLIP)
    await a_flow_that_plays(store, draft=False, live=False)
    await store.audio.remove("hold music.wav")
    assert await store.audio.list() == []


async def test_a_clip_in_a_block_with_mistakes_stays(store: Store) -> None:
    await store.audio.add(CLIP)
    audio = {"type": "file", "file": CLIP.name}
    await store.flows.save_draft(a_flow("orders", hold_audio=audio, timeout="long"))
    with pytest.raises(ClipInUse, match=r"orders \(draft\)"):
        await store.audio.remove("hold music.wav")
