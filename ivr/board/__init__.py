"""The browser side: its page, how that is built, and how it is served."""
