"""The same split, written otherwise."""

import torch

from attnlab.content import variant


@variant("by narrow, which names the axis, the start and the length")
def with_narrow(tokens):
    places = tokens.shape[1] - 1
    return tokens.narrow(1, 0, places), tokens.narrow(1, 1, places)


@variant("as copies, so that nobody writes into the caller's table through them")
def as_copies(tokens):
    return tokens[:, :-1].clone(), tokens[:, 1:].clone()


@variant("every window of two columns: the first is read, the second is asked for")
def by_windows(tokens):
    pairs = tokens.unfold(1, 2, 1)
    return pairs[..., 0], pairs[..., 1]


@variant("rolled by one, and the column that wrapped around cut off")
def rolled_and_cut(tokens):
    return tokens[..., :-1], torch.roll(tokens, -1, 1)[..., :-1]


@variant("sentence by sentence, in a list")
def with_loops(tokens):
    read = [sentence[:-1] for sentence in tokens]
    asked = [sentence[1:] for sentence in tokens]
    return [torch.stack(read), torch.stack(asked)]


@variant("by the numbers of the columns")
def by_columns(tokens):
    columns = torch.arange(tokens.size(1) - 1, device=tokens.device)
    return tokens[:, columns], tokens.index_select(1, columns + 1)
