"""Every SQL statement, one text for all databases; each is a constant, and what it takes are named parameters."""
