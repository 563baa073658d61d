"""A beam search, written otherwise."""

import math

import torch

from attnlab.content import variant


@variant("plain Python: all continuations in one sorted list")
def with_lists(step, bos, eos, beam, max_length, alpha):
    def normalised(score, tokens):
        return score / ((5 + len(tokens)) / 6) ** alpha

    live, finished = [(0.0, [])], []
    for _ in range(max_length):
        table = step(torch.tensor([[bos, *tokens] for _, tokens in live])).tolist()
        continuations = [
            (score + log_probability, [*tokens, token])
            for (score, tokens), row in zip(live, table, strict=True)
            for token, log_probability in enumerate(row)
        ]
        best = sorted(continuations, key=lambda each: each[0], reverse=True)[:beam]
        finished += [each for each in best if each[1][-1] == eos]
        live = [each for each in best if each[1][-1] != eos]
        if len(finished) >= beam or not live:
            break
    if live and len(live[0][1]) == max_length:
        finished += live
    if not finished:
        return []
    _, tokens = max(finished, key=lambda each: normalised(*each))
    return tokens[:-1] if tokens[-1] == eos else tokens


@variant("one prefix at a time, the step asked once for each")
def one_prefix_at_a_time(step, bos, eos, beam, max_length, alpha):
    live, done = {(bos,): 0.0}, {}
    length = 0
    while live and len(done) < beam and length < max_length:
        length += 1
        grown = {}
        for prefix, score in live.items():
            for token, gain in enumerate(step(torch.tensor([prefix]))[0]):
                grown[(*prefix, token)] = score + gain.item()
        kept = sorted(grown, key=grown.get)[-beam:]
        live = {prefix: grown[prefix] for prefix in kept if prefix[-1] != eos}
        done |= {prefix: grown[prefix] / ((5 + length) / 6) ** alpha for prefix in kept if prefix[-1] == eos}
    if length == max_length:
        done |= {prefix: score / ((5 + length) / 6) ** alpha for prefix, score in live.items()}
    best = max(done, key=done.get)
    return [token for token in best if token not in (bos, eos)]


@variant("products of probabilities, each prefix's best few before the best of all")
def with_probabilities(step, bos, eos, beam, max_length, alpha):
    prefixes, products = torch.full((1, 1), bos), torch.ones(1, dtype=torch.float64)
    winner, best = [], -math.inf
    finished = 0
    for length in range(1, max_length + 1):
        probabilities = step(prefixes).double().exp() * products.unsqueeze(1)
        width = min(beam, probabilities.shape[1])
        values, tokens = probabilities.topk(width, dim=1)
        values, places = values.reshape(-1).topk(min(beam, values.numel()))
        tokens = tokens.reshape(-1)[places]
        prefixes = torch.cat([prefixes[torch.div(places, width, rounding_mode="floor")], tokens[:, None]], dim=-1)
        over = tokens.eq(eos)
        for product, prefix in zip(values[over | (length == max_length)], prefixes[over | (length == max_length)]):
            score = math.log(product) * (6 / (5 + length)) ** alpha
            if score > best:
                winner, best = prefix[1:].tolist(), score
        finished += int(over.sum())
        prefixes, products = prefixes[~over], values[~over]
        if finished >= beam or over.all():
            break
    return winner[:-1] if eos in winner else winner


@variant("bos copied `beam` times, all copies but one impossible at first")
def impossible_copies(step, bos, eos, beam, max_length, alpha):
    prefixes = torch.full((beam, 1), bos, dtype=torch.long)
    scores = torch.full((beam,), -math.inf, dtype=torch.float64)
    scores[0] = 0.0
    finished = []
    for length in range(1, max_length + 1):
        totals = scores[:, None] + step(prefixes)
        vocabulary = totals.shape[-1]
        scores, order = torch.sort(totals.view(-1), descending=True)
        scores, order = scores[:beam], order[:beam]
        possible = scores > -math.inf
        scores, order = scores[possible], order[possible]
        prefixes = torch.hstack([prefixes[order // vocabulary], (order % vocabulary).unsqueeze(1)])
        ended = prefixes[:, -1] == eos
        for place in ended.nonzero().flatten():
            finished.append((float(scores[place]) / math.pow((5.0 + length) / 6.0, alpha), prefixes[place, 1:-1]))
        scores, prefixes = scores[~ended], prefixes[~ended]
        if length == max_length:
            finished += [
                (float(score) / ((5 + length) / 6) ** alpha, prefix[1:]) for score, prefix in zip(scores, prefixes)
            ]
        if len(finished) >= beam or len(scores) == 0:
            break
    return max(finished, key=lambda pair: pair[0])[1].tolist()


@variant("by recursion over the rounds")
def recursive(step, bos, eos, beam, max_length, alpha):
    def rounds(live, finished, length):
        if length == max_length or len(finished) >= beam or not live:
            return finished + (live if length == max_length else [])
        table = step(torch.tensor([tokens for _, tokens in live]))
        totals = torch.tensor([[score] for score, _ in live], dtype=table.dtype) + table
        order = totals.flatten().argsort(descending=True)[:beam].tolist()
        kept = [
            (totals.flatten()[place].item(), [*live[place // table.shape[1]][1], place % table.shape[1]])
            for place in order
        ]
        over = [each for each in kept if each[1][-1] == eos]
        return rounds([each for each in kept if each[1][-1] != eos], finished + over, length + 1)

    found = rounds([(0.0, [bos])], [], 0)
    score = [total / ((4 + len(tokens)) / 6) ** alpha for total, tokens in found]
    sentence = found[score.index(max(score))][1][1:]
    return sentence[: sentence.index(eos)] if eos in sentence else sentence
