"""What is known of a class's work, in one file that survives a kill at any moment."""

from attnlab.classroom.gradebook.connecting import NoGradebook
from attnlab.classroom.gradebook.store import Gradebook, open_gradebook

__all__ = ["Gradebook", "NoGradebook", "open_gradebook"]
