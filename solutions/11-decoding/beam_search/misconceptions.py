"""Beam searches that keep, finish or choose the wrong hypotheses; what they do is written down in `searches.py`."""

import searches

from attnlab.content import misconception


@misconception(
    tell="A score comes back together with the sentence.",
    ask="What does the docstring say is returned?",
    hint=4,
)
def score_and_sentence(step, bos, eos, beam, max_length, alpha):
    return searches.search(
        step,
        bos,
        eos,
        beam,
        max_length,
        alpha,
        told=lambda candidates, value, tokens, eos: [max(map(value, candidates)), searches.cut(tokens[1:], eos)],
    )


@misconception(
    tell="All the hypotheses come back, and not the winner alone.",
    ask="Who is to choose among them?",
    hint=4,
)
def all_hypotheses(step, bos, eos, beam, max_length, alpha):
    def told(candidates, value, tokens, eos):
        return [searches.cut(tokens[1:], eos) for _, tokens in sorted(candidates, key=value, reverse=True)]

    return searches.search(step, bos, eos, beam, max_length, alpha, told=told)


@misconception(
    tell="bos stands at the beginning of your sentence.",
    ask="Which tokens were written, and which one was given?",
    hint=4,
)
def bos_kept(step, bos, eos, beam, max_length, alpha):
    return searches.search(
        step, bos, eos, beam, max_length, alpha, told=lambda candidates, value, tokens, eos: searches.cut(tokens, eos)
    )


@misconception(
    tell="eos is kept as the last token of your sentence.",
    ask="Is the end of a sentence one of its words?",
    hint=4,
)
def eos_kept(step, bos, eos, beam, max_length, alpha):
    return searches.search(
        step, bos, eos, beam, max_length, alpha, told=lambda candidates, value, tokens, eos: tokens[1:]
    )


@misconception(
    tell="The worst candidate wins: of negative scores you take the one farthest from zero.",
    ask="Which is better, a score of -2 or one of -9?",
    hint=4,
)
def worst_wins(step, bos, eos, beam, max_length, alpha):
    return searches.worst_wins(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="All your slots hold the same beginning: what comes out is the greedy sentence, however wide the beam.",
    ask="How many hypotheses are there before the first round, and would copies of one be several?",
    hint=1,
)
def greedy_after_all(step, bos, eos, beam, max_length, alpha):
    return searches.greedy(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Your beam has one slot too few.",
    ask="With beam = 1, how many continuations are kept in a round?",
    hint=2,
)
def one_slot_too_few(step, bos, eos, beam, max_length, alpha):
    return searches.one_slot_too_few(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="One token too few: your search takes a round less, or the last token is cut off where no eos came.",
    ask="With max_length = 1, how many tokens may there be?",
    hint=1,
)
def one_round_too_few(step, bos, eos, beam, max_length, alpha):
    return searches.one_round_too_few(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Your search takes one round too many: max_length tokens, and then one more, for eos.",
    ask="Is eos counted among the max_length tokens?",
    hint=1,
)
def one_round_too_many(step, bos, eos, beam, max_length, alpha):
    return searches.one_round_too_many(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Scores are not summed: each round compares the last tokens' log-probabilities alone.",
    ask="A likely word after an unlikely beginning: how likely are both together?",
    hint=2,
)
def last_token_alone(step, bos, eos, beam, max_length, alpha):
    return searches.last_token_alone(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="You sum probabilities, not their logarithms.",
    ask="Two things happen, one after the other. Are their probabilities added or multiplied?",
    hint=2,
)
def probabilities_summed(step, bos, eos, beam, max_length, alpha):
    return searches.probabilities_summed(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="You multiply log-probabilities. They are negative: with every token the sign turns.",
    ask="The probabilities are multiplied. What does the logarithm make of a product?",
    hint=2,
)
def logarithms_multiplied(step, bos, eos, beam, max_length, alpha):
    return searches.logarithms_multiplied(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Every prefix keeps its own best continuation: after the first round your slots no longer compete.",
    ask="May two of the kept continuations come from the same prefix, and none from another?",
    hint=2,
)
def each_prefix_its_best(step, bos, eos, beam, max_length, alpha):
    return searches.each_its_best(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Every prefix keeps its own `beam` best continuations, so that there are more of them with each round.",
    ask="How many hypotheses may be live after a round, in all?",
    hint=2,
)
def each_prefix_its_best_few(step, bos, eos, beam, max_length, alpha):
    return searches.each_its_best_few(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Your beam is never wider than the vocabulary: you keep min(beam, V) continuations of the whole table.",
    ask="How many continuations are there, when several prefixes are live?",
    hint=2,
)
def vocabulary_bounds_the_beam(step, bos, eos, beam, max_length, alpha):
    return searches.vocabulary_bounds_beam(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The kept tokens are put at the end of the prefixes in the order in which they come: each on somebody else's.",
    ask="The third best continuation: which prefix does it belong to?",
    hint=2,
)
def parents_mixed_up(step, bos, eos, beam, max_length, alpha):
    return searches.parents_mixed_up(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The search ends as soon as the first hypothesis has ended.",
    ask="May a hypothesis that is still live turn out better than the first to end?",
    hint=3,
)
def stops_at_the_first_eos(step, bos, eos, beam, max_length, alpha):
    return searches.first_eos_stops(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The search ends as soon as a finished hypothesis is ahead of the live ones.",
    ask="How many hypotheses have to finish before the search may stop?",
    hint=3,
)
def stops_when_the_best_ends(step, bos, eos, beam, max_length, alpha):
    return searches.best_ending_stops(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The search always goes on to max_length, however many hypotheses have finished.",
    ask="How many finished hypotheses are enough?",
    hint=3,
)
def never_enough(step, bos, eos, beam, max_length, alpha):
    return searches.never_enough(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The search stops only when more than `beam` have finished.",
    ask="With beam = 1, how many finished hypotheses are enough?",
    hint=3,
)
def one_more_must_finish(step, bos, eos, beam, max_length, alpha):
    return searches.one_more_must_finish(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Hypotheses that have ended keep growing: to your search eos is a word like any other, cut off at the end.",
    ask="What may follow eos?",
    hint=3,
)
def finished_ones_keep_growing(step, bos, eos, beam, max_length, alpha):
    return searches.growing_on(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Finished hypotheses stay in your beam and hold their slots against live ones, round after round.",
    ask="For how many rounds does a hypothesis that has ended take a slot?",
    hint=3,
)
def finished_ones_stay(step, bos, eos, beam, max_length, alpha):
    return searches.finished_stay(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Your beam gets narrower with every hypothesis that has finished.",
    ask="How many continuations does a round keep: `beam`, or `beam` less those that are done?",
    hint=3,
)
def beam_gets_narrower(step, bos, eos, beam, max_length, alpha):
    return searches.narrower(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="A continuation that ends takes no slot: you go on down the list until `beam` live ones are found.",
    ask="Of how many continuations does a round keep the best, those that end included?",
    hint=3,
)
def finished_ones_take_no_slot(step, bos, eos, beam, max_length, alpha):
    return searches.no_slot_taken(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Hypotheses that end are thrown away; only those that never do can win.",
    ask="Where do you keep a hypothesis that is done?",
    hint=3,
)
def finished_ones_dropped(step, bos, eos, beam, max_length, alpha):
    return searches.finished_dropped(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The first hypothesis to finish wins, whatever its score.",
    ask="What are all the others searched for?",
    hint=4,
)
def first_to_finish_wins(step, bos, eos, beam, max_length, alpha):
    return searches.first_wins(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The last hypothesis to finish wins, whatever its score.",
    ask="Is the longest search for a sentence the one that found the best?",
    hint=4,
)
def last_to_finish_wins(step, bos, eos, beam, max_length, alpha):
    return searches.last_wins(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Live hypotheses compete although the search stopped early, before max_length.",
    ask="When may a sentence without an end be the answer?",
    hint=4,
)
def live_ones_always_compete(step, bos, eos, beam, max_length, alpha):
    return searches.live_always(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Live hypotheses compete only if none has finished.",
    ask="max_length is reached: may a live one with a better score lose to a finished one?",
    hint=4,
)
def live_ones_if_nothing_finished(step, bos, eos, beam, max_length, alpha):
    return searches.live_if_none_finished(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Live hypotheses never compete: when none has finished, nothing is left to return.",
    ask="max_length is reached and none has ended. Which sentence is the best there is?",
    hint=4,
)
def live_ones_never_compete(step, bos, eos, beam, max_length, alpha):
    return searches.live_never(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="When `beam` hypotheses have finished in the very last round, the live ones are left out.",
    ask="Two reasons to stop can come in one round. Which of them says who competes?",
    hint=4,
)
def enough_finished_in_the_last_round(step, bos, eos, beam, max_length, alpha):
    return searches.live_unless_enough(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="There is no length normalisation: alpha changes nothing.",
    ask="Every token makes a sum of log-probabilities smaller. Which sentences does that favour?",
    hint=4,
)
def no_length_normalisation(step, bos, eos, beam, max_length, alpha):
    return searches.not_normalised(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="eos does not count in your length.",
    ask="The score has a term for eos. Does the length have one?",
    hint=4,
)
def length_without_eos(step, bos, eos, beam, max_length, alpha):
    return searches.without_eos(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Every length is one too small, that of a live hypothesis too: you divide by ((4 + length) / 6)**alpha.",
    ask="What is the penalty of a sentence of one token, in the equation and in your code?",
    hint=4,
)
def length_one_too_small(step, bos, eos, beam, max_length, alpha):
    return searches.one_shorter(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="bos counts in your length.",
    ask="Is there a term for bos in the score?",
    hint=4,
)
def length_with_bos(step, bos, eos, beam, max_length, alpha):
    return searches.with_bos(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="A live hypothesis counts as one token longer than it is, as if eos stood at its end.",
    ask="Live ones compete as they are. How many tokens has one that was cut off?",
    hint=4,
)
def live_ones_one_longer(step, bos, eos, beam, max_length, alpha):
    return searches.live_longer(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Only finished hypotheses are normalised; the live ones compete with their bare sums.",
    ask="Can a sum be compared with one that was divided?",
    hint=4,
)
def live_ones_not_normalised(step, bos, eos, beam, max_length, alpha):
    return searches.live_bare(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="You divide by length to the power of alpha.",
    ask="What is added to the length, and what is it divided by, before the power is taken?",
    hint=4,
)
def plain_length(step, bos, eos, beam, max_length, alpha):
    return searches.plain_length(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="You divide by the length alone: the mean log-probability of a token, whatever alpha is.",
    ask="What should change when alpha does?",
    hint=4,
)
def mean_per_token(step, bos, eos, beam, max_length, alpha):
    return searches.mean_score(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Only the length is divided by 6, before 5 is added: your penalty grows too slowly.",
    ask="What is (5 + length) / 6 at length 1?",
    hint=4,
)
def brackets_elsewhere(step, bos, eos, beam, max_length, alpha):
    return searches.brackets_elsewhere(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="alpha is not used: you divide by (5 + length) / 6 itself.",
    ask="To which power is the penalty raised?",
    hint=4,
)
def alpha_missing(step, bos, eos, beam, max_length, alpha):
    return searches.alpha_missing(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="alpha multiplies the length inside the bracket: your penalty is (5 + alpha · length) / 6.",
    ask="What is the penalty of a sentence of one token, and does it depend on alpha?",
    hint=4,
)
def alpha_in_the_bracket(step, bos, eos, beam, max_length, alpha):
    return searches.alpha_in_the_bracket(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="alpha is a factor in your penalty, not its power.",
    ask="What should the penalty be at alpha = 0?",
    hint=4,
)
def alpha_as_a_factor(step, bos, eos, beam, max_length, alpha):
    return searches.alpha_a_factor(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="Long sentences are punished twice: you multiply by the penalty, or divide probabilities, not logarithms.",
    ask="A score is a sum of logarithms, and negative. Does it get better or worse when it is divided by 2?",
    hint=4,
)
def multiplied_by_the_penalty(step, bos, eos, beam, max_length, alpha):
    return searches.multiplied(step, bos, eos, beam, max_length, alpha)


@misconception(
    tell="The normalised score goes on into the next round, and is divided again there.",
    ask="When is a hypothesis's length known, and how often should its score be divided?",
    hint=4,
)
def normalised_every_round(step, bos, eos, beam, max_length, alpha):
    return searches.every_round(step, bos, eos, beam, max_length, alpha)
