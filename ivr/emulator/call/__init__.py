"""A phone call as the carrier keeps it: its state, its keypad, what happens in it and where it goes next."""
