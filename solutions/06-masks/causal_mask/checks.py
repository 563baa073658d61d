"""What a right causal mask shows."""

from attnlab.content import check


def two_sizes(draw):
    """Two numbers that differ by more than one, the smaller first."""
    smaller = draw.size("smaller", at_least=3)
    return smaller, smaller + int(draw.generator.integers(2, 5))


@check("there is a row for each query and a column for each key")
def shape(learner, draw):
    learner.causal_mask(*two_sizes(draw)).has_right_shape()


@check("as many queries as keys: each sees itself and what came before", points=3, after=shape)
def square(learner, draw):
    size = draw.size("words", at_least=5)
    learner.causal_mask(size, size).agrees()


@check("fewer queries than keys: the last query stands at the last key", points=2, after=square)
def newest_words(learner, draw):
    learner.causal_mask(*two_sizes(draw)).agrees()


@check("a single query, the newest word, sees all there is", after=newest_words)
def one_query(learner, draw):
    learner.causal_mask(1, draw.size("keys", at_least=5)).agrees()


@check("more queries than keys: the last still stands at the last key, and the first see nothing", after=newest_words)
def more_queries(learner, draw):
    keys, queries = two_sizes(draw)
    learner.causal_mask(queries, keys).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=newest_words, fresh=True)
def fresh_values(learner, draw):
    queries, keys = two_sizes(draw)
    learner.causal_mask(keys=keys, queries=queries).agrees()


@check("one word sees itself", after=square)
def one_word(learner, draw):
    learner.causal_mask(1, 1).agrees()
