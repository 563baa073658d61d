"""What each word may look at: when all are there at once, and when only the last two are new."""

from attnlab.content import Grid, picture

WORDS = ("<bos>", "le", "chat", "noir", "dort")
NEW = 2


@picture(title="No look into the future", rows="query", columns="key")
def past_of_each_word(learner):
    whole = learner.causal_mask(len(WORDS), len(WORDS))
    cached = learner.causal_mask(NEW, len(WORDS))
    return [
        Grid(WORDS, WORDS, whole, name="all words at once"),
        Grid(WORDS[-NEW:], WORDS, cached, name="two new words"),
    ]
