"""The External Web Call's work: from a filled-in request to a reply, whatever the far side does."""
