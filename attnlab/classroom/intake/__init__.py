"""What a class handed in, in whatever form it comes: recognised, unpacked, matched to students and exercises."""

from attnlab.classroom.intake.begun import begun_in
from attnlab.classroom.intake.collecting import collect

__all__ = ["begun_in", "collect"]
