"""What an operator sees and does: the story of each call in the log, meters, and a look at the line's health."""
