"""Causal masks, written otherwise."""

import torch

from attnlab.content import variant


@variant("every key's place compared with every query's")
def places_compared(queries, keys):
    stands_at = torch.arange(queries)[:, None] + (keys - queries)
    return torch.arange(keys)[None, :] <= stands_at


@variant("the future, turned round")
def not_the_future(queries, keys):
    return torch.logical_not(torch.triu(torch.ones(queries, keys), diagonal=keys - queries + 1).bool())


@variant("a large triangle, of which the newest rows and the keys are cut out")
def cut_out_of_a_square(queries, keys):
    size = max(queries, keys)
    return torch.tril(torch.ones(size, size, dtype=torch.bool))[size - queries :, size - keys :]


@variant("query by query")
def query_by_query(queries, keys):
    mask = torch.zeros(queries, keys, dtype=torch.bool)
    for query in range(queries):
        mask[query, : max(query + keys - queries + 1, 0)] = True
    return mask


@variant("a list of lists")
def list_of_lists(queries, keys):
    return torch.tensor([[key - keys <= query - queries for key in range(keys)] for query in range(queries)])


@variant("the indices of the triangle")
def by_indices(queries, keys):
    mask = torch.zeros(queries, keys, dtype=torch.bool)
    rows, columns = torch.tril_indices(queries, keys, offset=keys - queries)
    mask[rows, columns] = True
    return mask
