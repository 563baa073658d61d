"""A judge's process that ends itself over one file: as a bug of ours, or a system short of memory, might end it."""

import os

from attnlab.classroom.batch import serving

_do = serving._Bench.do


def _dies(bench, job):
    if getattr(job, "student", "") == "mallory":
        os._exit(9)
    if getattr(job, "student", "") == "trudy":
        raise RuntimeError("a bug of ours")
    return _do(bench, job)


serving._Bench.do = _dies
if __name__ == "__main__":
    serving.main()
