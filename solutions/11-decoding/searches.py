"""A beam search every rule of which can be exchanged: the known ways of getting it wrong, by name.

`misconceptions.py` tells what they are. In a language taken at random most of them seldom make a difference: with
them, languages are found in which they do.
"""

import math
from functools import partial

import torch


def jointly(table, room, eos):
    """The best continuations, as totals, rows and tokens."""
    return sorted(every(table), reverse=True)[:room]


def every(table):
    return [(total, row, token) for row, totals in enumerate(table) for token, total in enumerate(totals)]


def wu(score, length, alpha, ended):
    return score / ((5 + length) / 6) ** alpha


def at_the_end(finished, live, reached, beam):
    return finished + live if reached else finished


def best(candidates, worth):
    return max(candidates, key=worth)[1] if candidates else []


def cut(tokens, eos):
    return tokens[: tokens.index(eos)] if eos in tokens else tokens


def search(
    step,
    bos,
    eos,
    beam,
    max_length,
    alpha,
    *,
    add=lambda score, gain, length, alpha: score + gain,
    room=lambda beam, finished: beam,
    choose=jointly,
    parent=lambda place, row, live: row,
    ends=lambda token, eos: token == eos,
    enough=lambda beam, kept, finished, eos: len(finished) >= beam,
    compete=at_the_end,
    worth=wu,
    pick=best,
    told=lambda candidates, value, tokens, eos: cut(tokens[1:], eos),
):
    """The right one, but for what is given. A hypothesis is its score and its tokens, bos and eos among them."""
    live, finished = [(0.0, [bos])], []
    for length in range(1, max_length + 1):
        rows = step(torch.tensor([tokens for _, tokens in live])).tolist()
        table = [[add(live[row][0], gain, length, alpha) for gain in gains] for row, gains in enumerate(rows)]
        kept = [
            (total, [*live[parent(place, row, live)][1], token])
            for place, (total, row, token) in enumerate(choose(table, room(beam, finished), eos))
        ]
        finished = finished + [each for each in kept if ends(each[1][-1], eos)]
        live = [each for each in kept if not ends(each[1][-1], eos)]
        if not live or enough(beam, kept, finished, eos):
            break
    candidates = compete(finished, live, length == max_length, beam)

    def value(hypothesis):
        score, tokens = hypothesis
        return worth(score, len(tokens) - 1, alpha, tokens[-1] == eos)

    return told(candidates, value, pick(candidates, value), eos)


def finished_stay(step, bos, eos, beam, max_length, alpha):
    """Those that have ended hold their slots against live ones."""
    held, over = [(0.0, [bos])], []
    for _ in range(max_length):
        live = [each for each in held if each not in over]
        if not live:
            break
        table = step(torch.tensor([tokens for _, tokens in live])).tolist()
        grown = [
            (score + gain, [*tokens, token])
            for (score, tokens), row in zip(live, table, strict=True)
            for token, gain in enumerate(row)
        ]
        held = sorted(grown + over, key=lambda each: -each[0])[:beam]
        over = [each for each in held if each[1][-1] == eos]
    return cut(best(held, lambda each: wu(each[0], len(each[1]) - 1, alpha, True))[1:], eos)


def its_own_best(table, room, eos):
    if len(table) == 1:
        return jointly(table, room, eos)
    return [max((total, row, token) for token, total in enumerate(totals)) for row, totals in enumerate(table)]


def its_own_best_few(table, room, eos):
    return [
        (total, row, token)
        for row, totals in enumerate(table)
        for total, token in sorted(((total, token) for token, total in enumerate(totals)), reverse=True)[:room]
    ]


def no_more_than_the_vocabulary(table, room, eos):
    return jointly(table, min(room, len(table[0])), eos)


def until_the_beam_is_full(table, room, eos):
    kept, going_on = [], 0
    for total, row, token in jointly(table, None, eos):
        kept.append((total, row, token))
        going_on += token != eos
        if going_on == room:
            break
    return kept


def whoever_finished_first(candidates, worth):
    # Those that were cut off come last in the list.
    return candidates[0][1] if candidates else []


def whoever_finished_last(candidates, value, tokens, eos):
    ended = [each for _, each in candidates if each[-1] == eos]
    return cut((ended[-1] if ended else tokens)[1:], eos)


def logarithms(score, gain, length, alpha):
    return score * gain if length > 1 else gain


def normalised(score, gain, length, alpha):
    return (score + gain) / ((5 + length) / 6) ** alpha


def greedy(step, bos, eos, beam, max_length, alpha):
    return search(step, bos, eos, 1, max_length, 0.0)


def one_slot_too_few(step, bos, eos, beam, max_length, alpha):
    return search(step, bos, eos, max(1, beam - 1), max_length, alpha)


def one_round_too_few(step, bos, eos, beam, max_length, alpha):
    return search(step, bos, eos, beam, max_length - 1, alpha) if max_length > 1 else []


def one_round_too_many(step, bos, eos, beam, max_length, alpha):
    return search(step, bos, eos, beam, max_length + 1, alpha)


worst_wins = partial(search, pick=lambda candidates, worth: min(candidates, key=worth)[1])
last_token_alone = partial(search, add=lambda score, gain, length, alpha: gain)
probabilities_summed = partial(search, add=lambda score, gain, length, alpha: score + math.exp(gain))
logarithms_multiplied = partial(search, add=logarithms)
each_its_best = partial(search, choose=its_own_best)
each_its_best_few = partial(search, choose=its_own_best_few)
vocabulary_bounds_beam = partial(search, choose=no_more_than_the_vocabulary)
parents_mixed_up = partial(search, parent=lambda place, row, live: min(place, len(live) - 1))

first_eos_stops = partial(search, enough=lambda beam, kept, finished, eos: len(finished) >= 1)
best_ending_stops = partial(
    search, enough=lambda beam, kept, finished, eos: len(finished) >= beam or kept[0][1][-1] == eos
)
never_enough = partial(search, enough=lambda beam, kept, finished, eos: False)
one_more_must_finish = partial(search, enough=lambda beam, kept, finished, eos: len(finished) > beam)
growing_on = partial(search, ends=lambda token, eos: False)
narrower = partial(search, room=lambda beam, finished: max(1, beam - len(finished)))
no_slot_taken = partial(search, choose=until_the_beam_is_full)
finished_dropped = partial(
    search,
    enough=lambda beam, kept, finished, eos: False,
    compete=lambda finished, live, reached, beam: live,
)
first_wins = partial(search, pick=whoever_finished_first)
last_wins = partial(search, told=whoever_finished_last)

live_always = partial(search, compete=lambda finished, live, reached, beam: finished + live)
live_if_none_finished = partial(search, compete=lambda finished, live, reached, beam: finished or live)
live_never = partial(search, compete=lambda finished, live, reached, beam: finished)
live_unless_enough = partial(
    search,
    compete=lambda finished, live, reached, beam: (
        finished if len(finished) >= beam else at_the_end(finished, live, reached, beam)
    ),
)

without_eos = partial(search, worth=lambda score, length, alpha, ended: wu(score, length - ended, alpha, ended))
one_shorter = partial(search, worth=lambda score, length, alpha, ended: wu(score, length - 1, alpha, ended))
with_bos = partial(search, worth=lambda score, length, alpha, ended: wu(score, length + 1, alpha, ended))
live_longer = partial(search, worth=lambda score, length, alpha, ended: wu(score, length + (not ended), alpha, ended))
live_bare = partial(search, worth=lambda score, length, alpha, ended: wu(score, length, alpha * ended, ended))
plain_length = partial(search, worth=lambda score, length, alpha, ended: score / length**alpha)
brackets_elsewhere = partial(search, worth=lambda score, length, alpha, ended: score / (5 + length / 6) ** alpha)
mean_score = partial(search, worth=lambda score, length, alpha, ended: score / length)
alpha_missing = partial(search, worth=lambda score, length, alpha, ended: wu(score, length, 1.0, ended))
alpha_in_the_bracket = partial(search, worth=lambda score, length, alpha, ended: score / ((5 + alpha * length) / 6))
alpha_a_factor = partial(search, worth=lambda score, length, alpha, ended: score / (1 + alpha * (length - 1) / 6))
multiplied = partial(search, worth=lambda score, length, alpha, ended: wu(score, length, -alpha, ended))
not_normalised = partial(search, worth=lambda score, length, alpha, ended: score)
every_round = partial(search, add=normalised, worth=lambda score, length, alpha, ended: score)

# By the check that is to tell them apart, from the right one and from each other.
ON_SUMS = (
    greedy,
    one_slot_too_few,
    one_round_too_few,
    one_round_too_many,
    worst_wins,
    last_token_alone,
    probabilities_summed,
    logarithms_multiplied,
    each_its_best,
    each_its_best_few,
    parents_mixed_up,
    live_never,
)
ON_LENGTH = (
    first_eos_stops,
    best_ending_stops,
    growing_on,
    finished_dropped,
    first_wins,
    last_wins,
    live_if_none_finished,
    without_eos,
    one_shorter,
    with_bos,
    live_longer,
    live_bare,
    plain_length,
    brackets_elsewhere,
    mean_score,
    alpha_missing,
    alpha_in_the_bracket,
    alpha_a_factor,
    multiplied,
    not_normalised,
    every_round,
)
ON_FINISHING = (
    never_enough,
    one_more_must_finish,
    finished_stay,
    narrower,
    no_slot_taken,
    vocabulary_bounds_beam,
    live_always,
    live_unless_enough,
)
