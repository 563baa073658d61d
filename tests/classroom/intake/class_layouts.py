"""Writes a class's work as each system and as people hand it over."""

import io
import json
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Person:
    number: int
    first: str
    last: str
    works: tuple[tuple[str, bytes], ...]

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def login(self) -> str:
        return f"{self.first}{self.number}".lower()

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def laid(folder: Path, members: dict[str, bytes]) -> Path:
    """The folder, with these files in it."""
    for name, content in members.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def folders(people):
    return {f"{one.login}/{name}.py": source for one in people for name, source in one.works}


def workspaces(people, course):
    return {
        f"{one.login}/exercises/{course.exercise(name).lesson}/{name}.py": source
        for one in people
        for name, source in one.works
    }


def archives(people):
    return {f"{one.login}.zip": zipped({f"{name}.py": source for name, source in one.works}) for one in people}


def tars(people):
    return {f"{one.login}.tar.gz": tarred({f"hw/{name}.py": source for name, source in one.works}) for one in people}


def files(people):
    return {f"{one.login}_{name}.py": source for one in people for name, source in one.works}


def canvas(people):
    return {
        f"{one.last}{one.first}_{one.number}_{7000 + 10 * one.number + at}_{name}.py".lower().replace(
            name.lower(), name
        ): source
        for one in people
        for at, (name, source) in enumerate(one.works)
    }


def moodle(people):
    return {
        f"{one.name}_{one.number}_assignsubmission_file_/{name}.py": source
        for one in people
        for name, source in one.works
    }


def gradescope(people):
    listed = "".join(
        f"submission_{one.number}:\n  :submitters:\n  - :name: {one.name}\n    :sid: '{one.number:04}'\n"
        f"    :email: {one.email}\n  :created_at: 2024-03-{one.number % 28 + 1:02} 10:20:30.123456000 Z\n"
        "  :score: 3.0\n  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n    tests: [{a: 1}, [2, 3]]\n"
        for one in people
    )
    works = {f"submission_{one.number}/{name}.py": source for one in people for name, source in one.works}
    return {"submission_metadata.yml": f"---\n{listed}".encode(), **works}


def nbgrader(people):
    times = {
        f"submitted/{one.login}/ps1/timestamp.txt": b"2024-02-02 15:58:23.948203 America/Los_Angeles" for one in people
    }
    works = {f"submitted/{one.login}/ps1/{name}.py": source for one in people for name, source in one.works}
    return {**times, **works, "source/ps1/ps1.ipynb": b"{}", "gradebook.db": b"SQLite"}


def github(people):
    marks = {f"attention-{one.login}/.git/HEAD": b"ref: refs/heads/main" for one in people}
    works = {f"attention-{one.login}/{name}.py": source for one in people for name, source in one.works}
    return {**marks, **works}


def notebook(*cells: str) -> bytes:
    written = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": written}).encode()
