"""Flows: what an author draws (model), what is wrong with it (check), and what happens in a call (engine)."""
