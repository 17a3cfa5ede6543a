"""What answers at the two listeners: the carrier's webhooks and audio at the public one, the board at the private."""
