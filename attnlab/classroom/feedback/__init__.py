"""What each student is told about their work: a page and a text of their own, without anything hidden."""

from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.classroom.feedback.telling import feedback_on
from attnlab.classroom.feedback.writing import Format, Written, write_feedback

__all__ = [
    "CheckFeedback", "ExerciseFeedback", "Feedback", "Format", "Written", "feedback_on", "write_feedback",
]  # fmt: skip
