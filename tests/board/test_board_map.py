"""The map of a flow, at the lower right of the board."""

from playwright.sync_api import expect

from tests.board.browser import Server, Visitor, block, document, until


def test_the_map_moves_the_view(visitor: Visitor, server: Server) -> None:
    """A press on the map of the flow goes there, a drag goes along, the wheel zooms the board alone."""
    page = visitor.opens_board(server.flow(document("mapped", *(block(n, (n * 1600, 80)) for n in range(1, 7)))))
    box = page.get_by_role("img", name="Map of the flow").bounding_box()
    assert box

    def view() -> tuple[float, float]:
        """How far the board is moved to the left, and its size."""
        matrix = "new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform)"
        x, scale = page.evaluate(f"(({{e, a}}) => [e, a])({matrix})")
        return -x, scale

    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 12, y)
    page.mouse.down()
    expect(visitor.block(6)).to_be_in_viewport()
    there, scale = view()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=6)
    page.mouse.up()
    expect(visitor.block(6)).not_to_be_in_viewport()
    assert 1600 < view()[0] < there - 1600
    page.mouse.move(box["x"] + box["width"] / 4, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 200)
    page.keyboard.up("Control")
    until(lambda: view()[1] < scale, "it zooms")
    assert page.evaluate("visualViewport.scale") == 1
