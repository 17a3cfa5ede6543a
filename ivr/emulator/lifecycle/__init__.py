"""The life of a call: it rings, performs documents, is changed from outside, ends and is reported."""
