"""The public listener: the carrier's webhooks, audio, and a sign of life. Nothing else."""
