"""What can be wrong with a flow, by topic. Every mistake is found, with its block, its field, and what to do."""
