"""Explains a difference, an exception or a changed input in the learner's terms, or stays silent.

A wrong explanation costs a learner more than none: each explainer speaks only on strong evidence.
"""

from attnlab.grading.explainers.catalogue import explain
from attnlab.grading.explainers.exceptions import explain_exception
from attnlab.grading.explainers.mutation import explain_mutation

__all__ = ["explain", "explain_exception", "explain_mutation"]
