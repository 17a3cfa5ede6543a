"""Calls while things break: a strict carrier, an API that writes down the truth, and a checker that compares."""
