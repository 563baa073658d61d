"""causal_mask: no look into the future. The lesson: attnlab read 06"""

import torch


def causal_mask(queries, keys):
    """Say which keys each query may see when none may see what comes after itself.

    The last query stands at the last key, so query i stands at key i + keys - queries; it may see that key and
    all before it. With fewer queries than keys the queries are the newest words; with more, the first see nothing.

    Shapes:
        returns: mask (queries, keys), True means may look
    """
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
