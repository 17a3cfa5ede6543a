"""From the bytes of an answer to a document: grammar, reading, and the rules for speech."""
