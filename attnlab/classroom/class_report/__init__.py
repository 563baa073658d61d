"""The class at a glance, for its instructor: one web page that needs no other file and no network."""

from attnlab.classroom.class_report.gathering import class_report
from attnlab.classroom.class_report.pages import class_page
from attnlab.classroom.class_report.records import ClassReport

__all__ = ["ClassReport", "class_page", "class_report"]
