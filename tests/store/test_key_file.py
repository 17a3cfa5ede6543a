"""A new key in the key file: the file is whole at any time, and no key is ever lost."""

from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.store import BadKey, load_keys, put_new_key_first

from .making import KEY, OTHER_KEY


def written(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()


def test_a_new_key_goes_before_the_old_one_in_the_key_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(written(KEY) + "\n")
    (tmp_path / "key").chmod(0o644)
    assert put_new_key_first(tmp_path)
    keys = load_keys(None, tmp_path)
    assert len(keys) == 2
    assert keys[1] == KEY
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_file_with_several_keys_stays_as_it_is(tmp_path: Path) -> None:
    text = f"{written(OTHER_KEY)}\n{written(KEY)}\n"
    (tmp_path / "key").write_text(text)
    assert not put_new_key_first(tmp_path)
    assert (tmp_path / "key").read_text() == text


def test_of_many_at_once_one_makes_the_new_key(tmp_path: Path) -> None:
    load_keys(None, tmp_path)
    with ThreadPoolExecutor(16) as at_once:
        made = list(at_once.map(lambda _: put_new_key_first(tmp_path), range(32)))
    assert made.count(True) == 1
    assert len(load_keys(None, tmp_path)) == 2


def test_a_link_to_the_key_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    (tmp_path / "safe" / "ivr.key").write_text(written(KEY))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "key").symlink_to(tmp_path / "safe" / "ivr.key")
    assert put_new_key_first(tmp_path / "data")
    assert (tmp_path / "data" / "key").is_symlink()
    assert load_keys(None, tmp_path / "data")[1:] == [KEY]


def test_a_bad_key_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hello")
    with pytest.raises(BadKey, match="key 1 is not base64"):
        put_new_key_first(tmp_path)
    assert (tmp_path / "key").read_text() == "hello"
