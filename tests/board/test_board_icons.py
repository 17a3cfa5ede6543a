"""Icons: an action names one of Lucide or brings its own, and no source of the page knows any of them."""

import re

from ivr.board.build import HERE
from ivr.registry import ACTIONS
from ivr.web.api.bootstrap import actions
from ivr.web.api.icons import PLAIN, drawn, table


def test_every_action_has_an_icon_of_its_own_kind() -> None:
    assert len(table()) > 1000
    for action, row in zip(ACTIONS, actions(), strict=True):
        assert row.icon == drawn(action.card.icon, table()) != PLAIN, action.card.icon
        assert re.match(r"M[\d. -]", row.icon)


def test_the_sources_of_the_page_name_no_action() -> None:
    """A new kind of block needs no change in them for its icon."""
    kit = "\n".join(path.read_text("utf-8") for path in (HERE / "ui/src/kit").glob("*.ts*"))
    assert not [action.card.icon for action in ACTIONS if f'"{action.card.icon}"' in kit]
