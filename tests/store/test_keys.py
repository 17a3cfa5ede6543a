from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.store import BadKey, load_keys, new_key

from .making import KEY, OTHER_KEY


def written(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()


def test_keys_come_from_the_environment_first(tmp_path: Path) -> None:
    assert load_keys(f"{written(KEY)}, {written(OTHER_KEY)}", tmp_path) == [KEY, OTHER_KEY]
    assert list(tmp_path.iterdir()) == [], "no key file is made"


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_the_first_start_makes_a_key_file_for_its_owner_only(tmp_path: Path, nothing: str | None) -> None:
    folder = tmp_path / "new" / "data"
    keys = load_keys(nothing, folder)
    assert [len(key) for key in keys] == [32]
    assert load_keys(nothing, folder) == keys
    assert [file.name for file in folder.iterdir()] == ["key"]
    assert (folder / "key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as at_once:
        found = {tuple(keys) for keys in at_once.map(lambda _: load_keys(None, tmp_path), range(64))}
    assert len(found) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_key_file_can_hold_old_keys_too(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{written(KEY)}\n{written(OTHER_KEY)}\n")
    assert load_keys(None, tmp_path) == [KEY, OTHER_KEY]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "IVR_KEY, key 1 is not base64 text"),
        (written(KEY) + "," + written(b"x" * 16), "IVR_KEY, key 2 has 16 bytes instead of 32"),
        ("é" * 44, "IVR_KEY, key 1 is not base64 text"),
        (",", "IVR_KEY is empty"),
    ],
)
def test_a_bad_key_is_explained_and_not_shown(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadKey, match=sentence) as caught:
        load_keys(text, tmp_path)
    assert text not in str(caught.value).removeprefix(sentence) or text == ","


def test_a_bad_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(BadKey, match=f"The key file {tmp_path / 'key'}, key 1 is not base64"):
        load_keys(None, tmp_path)


def test_a_new_key_can_be_configured(tmp_path: Path) -> None:
    assert [len(key) for key in load_keys(new_key(), tmp_path)] == [32]
