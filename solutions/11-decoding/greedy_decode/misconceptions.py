"""Greedy decoders that write something else."""

import torch

from attnlab.content import misconception


def likeliest(table):
    return int(table[0].argmax())


def write(step, bos, max_length, *, choose=likeliest, prefix=lambda bos, tokens: [bos, *tokens]):
    """All max_length tokens; eos is one like any other."""
    tokens = []
    for _ in range(max_length):
        tokens.append(choose(step(torch.tensor([prefix(bos, tokens)]))))
    return tokens


def ended(tokens, eos):
    return tokens[: tokens.index(eos)] if eos in tokens else tokens


@misconception(
    tell="The last token comes back, and not the sentence.",
    ask="Where are the tokens that you wrote before?",
    hint=1,
)
def last_token_alone(step, bos, eos, max_length):
    return ended(write(step, bos, max_length), eos)[-1:] or [bos]


@misconception(
    tell="Your sentence is a text, not a list of whole numbers.",
    ask="Who turns numbers into words, the decoder or somebody after it?",
    hint=1,
)
def as_text(step, bos, eos, max_length):
    return " ".join(map(str, ended(write(step, bos, max_length), eos)))


@misconception(
    tell="A list with the sentence in it comes back: one list too many around it.",
    ask="One sentence is asked for. How many pairs of brackets does it need?",
    hint=1,
)
def list_in_a_list(step, bos, eos, max_length):
    return [ended(write(step, bos, max_length), eos)]


@misconception(
    tell="You take the least likely token.",
    ask="Log-probabilities are negative. Is the likeliest the one closest to zero, or the farthest from it?",
    hint=2,
)
def least_likely(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, choose=lambda table: int(table[0].argmin())), eos)


@misconception(
    tell="You take the second most likely token, at every step.",
    ask="Where does the sorted list begin, at 0 or at 1?",
    hint=2,
)
def second_likeliest(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, choose=lambda table: int(table[0].topk(2).indices[1])), eos)


@misconception(
    tell="The prefix never grows: at every step the model sees bos and nothing else, and says the same.",
    ask="What does the model have to read before it says the third token?",
    hint=1,
)
def nothing_but_bos(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, prefix=lambda bos, tokens: [bos]), eos)


@misconception(
    tell="The model sees bos and the last token alone; what was written before that is lost.",
    ask="What is in the prefix at the third step?",
    hint=1,
)
def bos_and_the_last_token(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, prefix=lambda bos, tokens: [bos, *tokens[-1:]]), eos)


@misconception(
    tell="New tokens go to the front of the prefix, right after bos: the model reads your sentence backwards.",
    ask="On which side of a prefix does it grow?",
    hint=2,
)
def written_backwards(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, prefix=lambda bos, tokens: [bos, *reversed(tokens)]), eos)


@misconception(
    tell="The first word is chosen after two bos, one of which nobody asked for.",
    ask="What stands in the prefix before anything is written?",
    hint=1,
)
def bos_twice(step, bos, eos, max_length):
    return ended(write(step, bos, max_length, prefix=lambda bos, tokens: [bos, bos, *tokens]), eos)


@misconception(
    tell="The sentence is right, and comes back in reverse.",
    ask="Which token was written first?",
    hint=2,
)
def reversed_at_the_end(step, bos, eos, max_length):
    return ended(write(step, bos, max_length), eos)[::-1]


@misconception(
    tell="bos stands at the beginning of your sentence.",
    ask="Which tokens did you write, and which one were you given?",
    hint=1,
)
def bos_kept(step, bos, eos, max_length):
    return [bos, *ended(write(step, bos, max_length), eos)]


@misconception(
    tell="eos is kept as the last token of your sentence.",
    ask="Is the end of a sentence one of its words?",
    hint=2,
)
def eos_kept(step, bos, eos, max_length):
    tokens = write(step, bos, max_length)
    return tokens[: len(ended(tokens, eos)) + 1]


@misconception(
    tell="A sentence always closes with eos, even one that was cut off.",
    ask="Is eos to be part of what you return?",
    hint=2,
)
def always_closed_with_eos(step, bos, eos, max_length):
    return [*ended(write(step, bos, max_length), eos), eos]


@misconception(
    tell="eos stops nothing: your sentence runs on to max_length.",
    ask="What should happen once the likeliest token is eos?",
    hint=2,
)
def eos_does_not_stop(step, bos, eos, max_length):
    return write(step, bos, max_length)


@misconception(
    tell="eos is left out of your sentence and does not end it: other tokens follow.",
    ask="Does a sentence go on after its end?",
    hint=2,
)
def goes_on_after_eos(step, bos, eos, max_length):
    return [token for token in write(step, bos, max_length) if token != eos]


@misconception(
    tell="The first token is written down whatever it is, even if it is eos.",
    ask="When do you look whether the new token is eos: before it is written, or after?",
    hint=2,
)
def first_token_always_written(step, bos, eos, max_length):
    first, *others = write(step, bos, max_length)
    return [first, *ended(others, eos)]


@misconception(
    tell="Your first token is never eos: where the model would end at once, you take the next best.",
    ask="May a sentence be empty, if the model thinks so?",
    hint=2,
)
def never_empty(step, bos, eos, max_length):
    table = step(torch.tensor([[bos]])).clone()
    table[0, eos] = -torch.inf
    first = likeliest(table)
    tokens = [first]
    while len(tokens) < max_length and (token := likeliest(step(torch.tensor([[bos, *tokens]])))) != eos:
        tokens.append(token)
    return tokens


@misconception(
    tell="The last token before eos is lost.",
    ask="When eos comes, is there anything to take back?",
    hint=2,
)
def word_before_eos_lost(step, bos, eos, max_length):
    tokens = write(step, bos, max_length)
    return ended(tokens, eos)[:-1] if eos in tokens else tokens


@misconception(
    tell="Only a sentence that ended comes back; one that was cut off at max_length is thrown away.",
    ask="max_length tokens and no eos: what is the caller to do with nothing?",
    hint=2,
)
def unfinished_thrown_away(step, bos, eos, max_length):
    tokens = write(step, bos, max_length)
    return ended(tokens, eos) if eos in tokens else []


@misconception(
    tell="Token 0 ends your sentence, as if it were padding or nothing.",
    ask="Is 0 a token like any other? What does 'if token:' say about it?",
    hint=2,
)
def zero_ends(step, bos, eos, max_length):
    return ended(ended(write(step, bos, max_length), eos), 0)


@misconception(
    tell="Token 0 is left out of your sentences.",
    ask="Is 0 a token like any other? What does 'if token:' say about it?",
    hint=2,
)
def zero_dropped(step, bos, eos, max_length):
    return [token for token in ended(write(step, bos, max_length), eos) if token]


@misconception(
    tell="A token that was written before ends your sentence.",
    ask="May a word come twice in a sentence?",
    hint=2,
)
def a_repetition_ends(step, bos, eos, max_length):
    tokens = ended(write(step, bos, max_length), eos)
    for place, token in enumerate(tokens):
        if token in tokens[:place]:
            return tokens[:place]
    return tokens


@misconception(
    tell="One token too few: your decoder takes a step less, or the last token is cut off where no eos came.",
    ask="With max_length = 1, how many tokens may there be?",
    hint=2,
)
def one_step_too_few(step, bos, eos, max_length):
    return ended(write(step, bos, max_length - 1), eos)


@misconception(
    tell="Your decoder takes one step too many.",
    ask="With max_length = 1, how many tokens may there be?",
    hint=2,
)
def one_step_too_many(step, bos, eos, max_length):
    return ended(write(step, bos, max_length + 1), eos)
