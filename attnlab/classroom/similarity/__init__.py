"""Works that are strikingly alike: what two have in common that the class and the course do not. It grades nobody."""

from attnlab.classroom.similarity.alike import LEAST, Pair, Similar, Submitted, similar
from attnlab.classroom.similarity.collecting import submitted_in
from attnlab.classroom.similarity.given import given_by
from attnlab.classroom.similarity.page import similarity_page

__all__ = ["LEAST", "Pair", "Similar", "Submitted", "given_by", "similar", "similarity_page", "submitted_in"]
