"""A judge's process: hears jobs on standard input, a line each, and answers in lines; ends when its input does."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from attnlab.classroom.batch.jobs import (
    Answer,
    Confinement,
    Fault,
    Job,
    JudgePackage,
    JudgeWork,
    Prove,
    Settings,
    TellConfinement,
    answer_to_line,
    job_from_line,
    waiting_to_line,
)
from attnlab.classroom.batch.proving import prove
from attnlab.content import Library, read_course
from attnlab.errors import AttnlabError
from attnlab.grading.judge import Judge
from attnlab.grading.places import Places

if TYPE_CHECKING:
    from attnlab.content import Answers, Course

# So many sessions at once, all but one of them waiting for submissions that hang.
SESSIONS = 8
_FAULTY = 70


def main() -> None:
    """Serve until the input ends; then all that is still going on is ended, too."""
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    # What the course's own code prints must not get among the answers.
    os.dup2(2, 1)
    writing = threading.Lock()

    def say(line: bytes) -> None:
        with writing:
            replies.write(line)

    def give_up(failed: threading.ExceptHookArgs) -> None:
        last_words = f"{failed.exc_type.__name__}: {failed.exc_value}"
        say(json.dumps({"last_words": last_words}).encode() + b"\n")
        os._exit(_FAULTY)

    threading.excepthook = give_up
    settings = Settings.from_json(json.loads(sys.stdin.buffer.readline()))
    places = Places(1, lambda change: say(waiting_to_line(change)))
    course = read_course(settings.course)
    extend = partial(_extended, course, settings) if settings.private else None
    jobs: SimpleQueue[tuple[int, Job]] = SimpleQueue()
    with Judge(course, isolation=settings.isolation, extend=extend, places=places) as judge:
        bench = _Bench(course, judge, settings)
        for library in settings.libraries:
            judge.warm_library(Library(library))
        for _ in range(SESSIONS):
            threading.Thread(target=_serve, args=(jobs, bench, places, say), daemon=True).start()
        for line in sys.stdin.buffer:
            jobs.put(job_from_line(line))
        # Sessions that go on are about to lose their workers, and there is nobody to tell.
        threading.excepthook = lambda failed: None
    os._exit(0)


def _serve(jobs: SimpleQueue[tuple[int, Job]], bench: _Bench, places: Places, say: Callable[[bytes], None]) -> None:
    while True:
        ident, job = jobs.get()
        with places.held():
            answer = bench.do(job)
        say(answer_to_line(ident, answer))


class _Bench:
    """The course and the judge of this process."""

    def __init__(self, course: Course, judge: Judge, settings: Settings) -> None:
        self._course, self._judge, self._settings = course, judge, settings

    def do(self, job: Job) -> Answer:
        try:
            return self._done(job)
        except AttnlabError as error:
            return Fault(error.problem, error.remedy)
        except OSError as error:
            return Fault(f"{error.filename or 'a file'}: {(error.strerror or type(error).__name__).lower()}")

    def _done(self, job: Job) -> Answer:
        match job:
            case JudgeWork():
                return self._judge.grade(
                    self._course.exercise(job.exercise),
                    job.file.read_bytes(),
                    seed=job.seed,
                    siblings={name: file.read_bytes() for name, file in job.siblings.items()},
                    limits=job.limits,
                    known=job.known,
                    carry=job.carry,
                    hidden=job.hidden,
                )
            case JudgePackage():
                from attnlab.submissions.judging import judge_submission

                content, corpora = job.file.read_bytes(), self._settings.corpora
                return judge_submission(content, self._course, self._judge, seed=job.seed, corpora=corpora).report
            case Prove():
                return prove(self._judge, self._course, self._course.exercise(job.exercise), job.seed, job.limits)
            case TellConfinement():
                library = Library(job.library)
                return Confinement(self._judge.layers(library), self._judge.missing(library))


def _extended(course: Course, settings: Settings, answers: Answers) -> Answers:
    from attnlab.content.private import extended

    return extended(course, answers, settings.private) if settings.private else answers


if __name__ == "__main__":
    main()
