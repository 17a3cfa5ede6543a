"""Alerts without a monitoring system: rules over what the database knows, told in the log, to a webhook, by text.

rules.py    what a file says          judging.py  pure: does it hold, is it told now
watch.py    looks again and again     telling.py  the webhook and the text
"""
