"""Grades in the formats that others read, and in the sheets that an instructor already has."""

from attnlab.classroom.exports.writing import ExportFormat, exported, results_files

__all__ = ["ExportFormat", "exported", "results_files"]
