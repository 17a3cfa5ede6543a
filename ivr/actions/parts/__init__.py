"""What blocks are made of: rows, prompts, rules and requests that several of them share, or one has in plenty."""
