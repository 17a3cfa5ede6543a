"""The loop around the engine: events in, turns saved, jobs run, callers fetched."""
