"""The documentation: pages in Markdown, readable on a forge, and what the board's Help reads from them."""
