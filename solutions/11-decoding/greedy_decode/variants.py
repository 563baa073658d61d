"""A greedy decoder, written otherwise."""

import torch

from attnlab.content import variant


@variant("a list that grows, made into a tensor at every step")
def growing_list(step, bos, eos, max_length):
    tokens = []
    while len(tokens) < max_length:
        log_probabilities = step(torch.tensor([[bos, *tokens]]))
        token = int(torch.argmax(log_probabilities[0]))
        if token == eos:
            return tokens
        tokens.append(token)
    return tokens


@variant("all max_length tokens first, cut at eos afterwards")
def cut_afterwards(step, bos, eos, max_length):
    prefix = torch.full((1, 1), bos, dtype=torch.long)
    for _ in range(max_length):
        _, token = step(prefix).max(dim=1)
        prefix = torch.cat((prefix, token[:, None]), dim=1)
    sentence = prefix.squeeze(0).tolist()[1:]
    return sentence[: sentence.index(eos)] if eos in sentence else sentence


@variant("a buffer as long as the sentence may get, of which only the written part is shown")
def in_a_buffer(step, bos, eos, max_length):
    buffer = torch.empty(1, max_length + 1, dtype=torch.int64)
    buffer[0, 0] = bos
    written = 0
    while written < max_length:
        best = step(buffer[:, : written + 1]).topk(1).indices
        if (best == eos).all():
            break
        written += 1
        buffer[0, written] = best[0, 0]
    return [token.item() for token in buffer[0, 1 : written + 1]]


@variant("by recursion, with probabilities in place of their logarithms")
def recursive(step, bos, eos, max_length):
    def rest(written):
        if len(written) == max_length:
            return []
        probabilities = step(torch.as_tensor([bos, *written]).unsqueeze(0)).exp().squeeze(0)
        token = max(range(len(probabilities)), key=probabilities.__getitem__)
        return [] if token == eos else [token, *rest([*written, token])]

    return rest([])


@variant("no gradients, numpy for the argmax")
@torch.no_grad()
def with_numpy(step, bos, eos, max_length):
    tokens = [bos]
    for _ in range(max_length):
        token = step(torch.LongTensor([tokens])).numpy().argmax(-1)[0]
        if token == eos:
            break
        tokens.append(int(token))
    return tokens[1:]
