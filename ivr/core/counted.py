"""Numbers of things, as a sentence needs them."""


def counted(count: int, one: str, many: str = "") -> str:
    """`1 call`, `2 calls`, `1,200 calls`. `many`: the plural, where it is not the singular with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
