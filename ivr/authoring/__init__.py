"""What authors do with flows: check them against what is known here, begin new ones, publish.

The page and the command line both call this, so that they give the same answers.
"""

from ivr.authoring.desk import Desk, NotReady, Published
from ivr.authoring.found import Found

__all__ = ["Desk", "Found", "NotReady", "Published"]
