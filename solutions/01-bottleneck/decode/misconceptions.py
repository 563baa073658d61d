"""Decoders that forget, mix up, or do not stop."""

import numpy as np

from attnlab.content import misconception


def write(
    context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length,
    *, step=None, start=None, feed=None, choose=None,
):  # fmt: skip
    """All tokens of all steps, (batch, steps), eos and what follows it included; each part may be wrong.

    step(number, word, state) gives the new state, feed(token, logits) the vector of the word to go on with.
    """

    def right_step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + context @ W_c + b)

    step = step or right_step
    feed = feed or (lambda token, logits: embedding[token])
    choose = choose or (lambda logits: logits.argmax(axis=1))
    state = np.zeros((len(context), len(b))) if start is None else start
    word = embedding[np.full(len(context), bos)]
    tokens = []
    for number in range(max_length):
        state = step(number, word, state)
        logits = state @ W_out
        tokens.append(choose(logits))
        word = feed(tokens[-1], logits)
    return np.array(tokens, dtype=int).reshape(max_length, len(context)).T


def ended(tokens, eos):
    """Each sentence up to its own eos."""
    sentences = [list(map(int, row)) for row in tokens]
    return [sentence[: sentence.index(eos)] if eos in sentence else sentence for sentence in sentences]


@misconception(
    tell="The context never reaches your decoder: every sentence of the batch comes out the same.",
    ask="Which argument tells one source sentence from another, and through which matrix does it go?",
    hint=1,
)
def context_ignored(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(0 * context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="The context enters the first step only; after that the state has to remember it alone.",
    ask="Is there a step in the equation without context W_c?",
    hint=2,
)
def context_only_at_the_first_step(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + (context @ W_c if number == 0 else 0) + b)

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step), eos)


@misconception(
    tell="The context is your start state and enters no step. Sutskever's decoder does it that way; in this one the "
    "state starts at zeros and W_c brings the context in at every step.",
    ask="Have you used W_c?",
    hint=1,
)
def context_as_start_state(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + b)

    return ended(
        write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step, start=context), eos
    )


@misconception(
    tell="The context passes W_c once, to become your start state, and enters no step.",
    ask="What is the state before the first step, and where does the equation have context W_c?",
    hint=1,
)
def projected_context_as_start_state(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + b)

    start = np.tanh(context @ W_c)
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step, start=start), eos)


@misconception(
    tell="Your state starts at the context, which then enters every step as well: at the first step it counts twice.",
    ask="What does the docstring say the state starts at?",
    hint=1,
)
def starts_from_the_context(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, start=context), eos)


@misconception(
    tell="The context is added as it is, without W_c.",
    ask="What is W_c for?",
    hint=1,
)
def context_without_its_matrix(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + context + b)

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step), eos)


@misconception(
    tell="The first sentence's context is used for all.",
    ask="Which row of the context belongs to which sentence?",
    hint=2,
)
def first_context_for_all(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    context = np.repeat(context[:1], len(context), axis=0)
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="Words and states pass each other's matrix: the word goes through W_h, the state through W_x.",
    ask="In which order does rnn_step take its arguments?",
    hint=2,
)
def matrices_swapped(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_h, W_x, W_c, b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="Words and contexts pass each other's matrix: the word goes through W_c, the context through W_x.",
    ask="Which matrix carries whose letter in its name?",
    hint=2,
)
def word_and_context_matrices_swapped(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_c, W_h, W_x, b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="There is no tanh in your step: the states grow as they like.",
    ask="You have written a step that passes. Could you use that one here?",
    hint=2,
)
def no_tanh(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return word @ W_x + state @ W_h + context @ W_c + b

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step), eos)


@misconception(
    tell="The context is added after the tanh.",
    ask="Where does the equation's bracket close?",
    hint=2,
)
def context_outside_the_tanh(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + state @ W_h + b) + context @ W_c

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step), eos)


@misconception(
    tell="The bias is missing.",
    ask="How many things are added up inside of the tanh?",
    hint=2,
)
def bias_missing(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_x, W_h, W_c, 0 * b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="The word before is ignored: your steps know the state and the context only.",
    ask="What does the token that was just written have to do with the next one?",
    hint=1,
)
def word_ignored(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, 0 * embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)


@misconception(
    tell="The token that was written is never fed back: every step reads bos again.",
    ask="Which token should the second step read?",
    hint=1,
)
def bos_at_every_step(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def feed(token, logits):
        return embedding[np.full(len(context), bos)]

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, feed=feed), eos)


@misconception(
    tell="You feed back a mixture of all words, weighed by a softmax of the logits, and not the word that was written.",
    ask="What would a reader of your sentence have seen: the mixture, or the word?",
    hint=1,
)
def mixture_fed_back(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def feed(token, logits):
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True) @ embedding

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, feed=feed), eos)


@misconception(
    tell="The state is not carried: every step starts from zeros.",
    ask="Two things go on from one step to the next. One is the token. What is the other?",
    hint=1,
)
def state_not_carried(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def step(number, word, state):
        return np.tanh(word @ W_x + context @ W_c + b)

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, step=step), eos)


@misconception(
    tell="You take the word with the lowest logit.",
    ask="What does a high logit say about a word?",
    hint=2,
)
def lowest_logit(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def choose(logits):
        return logits.argmin(axis=1)

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, choose=choose), eos)


@misconception(
    tell="Of words with equal logits you take the last.",
    ask="Which of two equals does argmax return, and how did yours come to differ?",
    hint=2,
)
def last_of_equals(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    def choose(logits):
        return logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)

    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, choose=choose), eos)


@misconception(
    tell="The whole batch stops at the first eos: sentences that were not finished are cut off.",
    ask="One sentence has ended. What has that to do with its neighbours?",
    hint=3,
)
def batch_stops_at_the_first_eos(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    tokens = write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length)
    shortest = min(map(len, ended(tokens, eos)))
    return tokens[:, :shortest].tolist()


@misconception(
    tell="eos is kept as the last token of your sentences.",
    ask="Is the end of a sentence one of its words?",
    hint=3,
)
def eos_kept(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    tokens = write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length)
    short = ended(tokens, eos)
    return [row[: len(sentence) + 1].tolist() for row, sentence in zip(tokens, short, strict=True)]


@misconception(
    tell="eos stops nothing: all your sentences run on to max_length.",
    ask="What should happen to a sentence once it has written eos?",
    hint=3,
)
def eos_does_not_stop(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length).tolist()


@misconception(
    tell="eos is left out of your sentences and does not end them: they go on writing after it.",
    ask="May a sentence that has ended ever write again?",
    hint=3,
)
def goes_on_after_eos(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    tokens = write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length)
    return [[token for token in row if token != eos] for row in tokens.tolist()]


@misconception(
    tell="Sentences that have ended are filled up with eos to the length of the others.",
    ask="The result is a list of lists. Do they have to be equally long?",
    hint=4,
)
def filled_up_with_eos(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    tokens = write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length)
    return [sentence + [eos] * (max_length - len(sentence)) for sentence in ended(tokens, eos)]


@misconception(
    tell="A sentence that ends at once is dropped, and the sentences after it move up to the wrong place.",
    ask="How many lists should come out of a batch, whatever is in them?",
    hint=3,
)
def empty_sentences_dropped(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)
    return [sentence for sentence in sentences if sentence]


@misconception(
    tell="The first token of a sentence is written down whatever it is, even if it is eos.",
    ask="When in a round do you look whether the new token is eos: before it is written, or after?",
    hint=3,
)
def first_token_always_written(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    tokens = write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length)
    first, rest = tokens[:, :1].tolist(), ended(tokens[:, 1:], eos)
    return [one + ([] if one == [eos] else others) for one, others in zip(first, rest, strict=True)]


@misconception(
    tell="bos stands at the beginning of your sentences.",
    ask="Which tokens has the decoder written, and which one was it given?",
    hint=4,
)
def bos_kept(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return [
        [bos, *sentence]
        for sentence in ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)
    ]


@misconception(
    tell="Your decoder takes one step too few.",
    ask="With max_length = 1, how many tokens may a sentence have?",
    hint=4,
)
def one_step_too_few(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length - 1), eos)


@misconception(
    tell="Your decoder takes one step too many.",
    ask="With max_length = 1, how many tokens may a sentence have?",
    hint=4,
)
def one_step_too_many(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length + 1), eos)


@misconception(
    tell="You return a list for every step, with a token of each sentence in it, and not a list for every sentence.",
    ask="A step yields one token for each sentence. To which list does each of them belong?",
    hint=3,
)
def one_list_per_step(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    return write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length).T.tolist()


@misconception(
    tell="All tokens are in one list: nobody can see where one sentence ends and the next begins.",
    ask="How many lists does a batch of three sentences need?",
    hint=3,
)
def one_list_for_all(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)
    return [token for sentence in sentences for token in sentence]


@misconception(
    tell="Only one sentence comes back, as a plain list, when the batch holds one.",
    ask="Would a caller who loops over the sentences notice that there is just one?",
    hint=3,
)
def one_sentence_unwrapped(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)
    return sentences[0] if len(sentences) == 1 else sentences


@misconception(
    tell="Your start is zeros in the shape of the context, d_h wide. The decoder's state is d_s wide, and the two "
    "only happen to be equal at times.",
    ask="Which of the arguments know how wide the decoder's state is?",
    hint=1,
)
def start_as_wide_as_the_context(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    start = np.zeros_like(context)
    return ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length, start=start), eos)


@misconception(
    tell="The contexts of sentences that have ended are set to zero, in the caller's own array.",
    ask="Does anybody mind what a finished sentence goes on computing?",
    hint=3,
)
def finished_contexts_zeroed(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = ended(write(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length), eos)
    for number, sentence in enumerate(sentences):
        if len(sentence) < max_length:
            context[number] = 0
    return sentences
