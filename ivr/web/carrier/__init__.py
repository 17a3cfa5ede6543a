"""The public listener: what the carrier asks. Each request is signed, understood, and answered with a document."""
