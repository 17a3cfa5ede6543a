"""The demo: a flow, an appointments API, and a pretend carrier, all on this machine."""
