from pathlib import Path

from acme_ivr_blocks import Lookup

from ivr.testing import assert_block_honest


def test_lookup_does_what_it_declares() -> None:
    assert_block_honest(Lookup, Path(__file__).with_name("lookup.json"))
