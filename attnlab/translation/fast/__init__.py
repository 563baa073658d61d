"""The same Transformer as `transformer.py`, written for training speed: forward and gradient by hand, on one vector."""
