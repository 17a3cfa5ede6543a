"""What surrounds a document while it is performed."""
