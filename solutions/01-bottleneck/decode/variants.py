"""A decoder, written otherwise."""

import numpy as np
from rnn_step import rnn_step

from attnlab.content import variant


@variant("sentence by sentence, each with a loop that breaks")
def one_sentence_at_a_time(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = []
    for source in context:
        state, token, sentence = np.zeros(len(b)), bos, []
        for _ in range(max_length):
            state = np.tanh(embedding[token] @ W_x + state @ W_h + source @ W_c + b)
            token = int(np.argmax(state @ W_out))
            if token == eos:
                break
            sentence.append(token)
        sentences.append(sentence)
    return sentences


@variant("word and context side by side, through one step of lesson 01's cell")
def side_by_side(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    state = np.zeros((context.shape[0], W_h.shape[0]))
    tokens = [bos] * len(context)
    sentences, live = [[] for _ in tokens], [True] * len(tokens)
    for _ in range(max_length):
        seen = np.concatenate([embedding[tokens], context], axis=1)
        state = rnn_step(seen, state, np.concatenate([W_x, W_c]), W_h, b)
        tokens = np.argmax(state @ W_out, axis=-1).tolist()
        for number, token in enumerate(tokens):
            live[number] = live[number] and token != eos
            if live[number]:
                sentences[number].append(token)
        if not any(live):
            break
    return sentences


@variant("all tokens first, cut at eos afterwards")
def cut_afterwards(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    token = np.full(len(context), bos)
    state = np.zeros((len(context), len(b)))
    tokens = np.full((len(context), max_length), eos)
    for step in range(max_length):
        state = rnn_step(embedding[token], state, W_x, W_h, b + context @ W_c)
        token = tokens[:, step] = np.argmax(state @ W_out, axis=1)
    return [row[: (row == eos).argmax()].tolist() if eos in row else row.tolist() for row in tokens]


@variant("one-hot vectors in place of rows picked by index")
def one_hot(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    identity = np.eye(len(embedding))
    table = embedding @ W_x
    words = np.tile(identity[bos], (len(context), 1))
    state = np.zeros((len(context), len(b)))
    sentences = [[] for _ in context]
    over = set()
    for _ in range(max_length):
        state = np.tanh(words @ table + state @ W_h + context @ W_c + b)
        best = (state @ W_out).argmax(1)
        words = identity[best]
        for number, token in enumerate(best):
            if token == eos:
                over.add(number)
            if number not in over:
                sentences[number].append(token)
    return sentences


@variant("finished sentences taken out of the batch, probabilities in place of logits")
def smaller_and_smaller_batch(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    sentences = [[] for _ in range(len(context))]
    numbers = np.arange(len(context))
    state, token = np.zeros((len(context), len(b))), np.full(len(context), bos)
    for _ in range(max_length):
        state = np.tanh(embedding[token] @ W_x + state @ W_h + context[numbers] @ W_c + b)
        logits = state @ W_out
        # A probability can lose a tie that a logit has not, unless the maximum is taken off first.
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        token = (exponentials / exponentials.sum(axis=1, keepdims=True)).argmax(axis=1)
        going_on = token != eos
        numbers, state, token = numbers[going_on], state[going_on], token[going_on]
        for number, word in zip(numbers, token, strict=True):
            sentences[number].append(int(word))
        if len(numbers) == 0:
            break
    return sentences
