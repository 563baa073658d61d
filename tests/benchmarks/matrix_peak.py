"""How many floating point operations a second this machine reaches in one large matrix product, float32 and bfloat16.

Run by bench_translator.py in a process of its own.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from steady_steps import tell

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--size", type=int, default=2048)
    asked = parser.parse_args()
    tell({name: peak(dtype, asked.size, asked.seconds / len(DTYPES)) for name, dtype in DTYPES.items()})


def peak(dtype: torch.dtype, size: int, seconds: float) -> float:
    """The median of many products of two square matrices, in operations a second."""
    left, right = (torch.randn(size, size).to(dtype) for _ in range(2))
    product = left @ right
    taken = []
    until = time.perf_counter() + seconds
    while not taken or time.perf_counter() < until:
        begun = time.perf_counter()
        torch.matmul(left, right, out=product)
        taken.append(time.perf_counter() - begun)
    return 2 * size**3 / statistics.median(taken)


if __name__ == "__main__":
    main()
