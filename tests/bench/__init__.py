"""Benchmarks: `python -m tests.bench`. Figures for people, beside a baseline measured in the same run; never a test."""
