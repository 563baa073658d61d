"""Projections that lead elsewhere."""

import math

import torch

from attnlab.content import misconception


@misconception(
    tell="One matrix serves for all three: query, key and value come out the same.",
    ask="A word that looks for a verb, is it itself one? What could one matrix not say, and two can?",
    hint=3,
)
def one_projection_for_all(x, W_q, W_k, W_v):
    return x @ W_q, x @ W_q, x @ W_q


@misconception(
    tell="Your keys are made with W_q; W_k is not used.",
    ask="Why would one want what a word asks to differ from what it is found by?",
    hint=3,
)
def keys_made_with_W_q(x, W_q, W_k, W_v):
    return x @ W_q, x @ W_q, x @ W_v


@misconception(
    tell="Your values are made with W_k; W_v is not used.",
    ask="Is what a word is found by the same as what it has to say?",
    hint=3,
)
def values_made_with_W_k(x, W_q, W_k, W_v):
    return x @ W_q, x @ W_k, x @ W_k


@misconception(
    tell="W_q and W_k have changed places: your queries are keys, and your keys queries.",
    ask="Which of the matrices carries the letter of the thing it makes?",
    hint=3,
)
def queries_and_keys_swapped(x, W_q, W_k, W_v):
    return x @ W_k, x @ W_q, x @ W_v


@misconception(
    tell="You return query, value, key: the last two have changed places.",
    ask="In which order does the name of the function say them?",
    hint=3,
)
def keys_and_values_swapped(x, W_q, W_k, W_v):
    return x @ W_q, x @ W_v, x @ W_k


@misconception(
    tell="The value comes first, then query and key: each is right and at another's place.",
    ask="In which order does the last line of the Shapes block name what comes back?",
    hint=3,
)
def value_first(x, W_q, W_k, W_v):
    return x @ W_v, x @ W_q, x @ W_k


@misconception(
    tell="Your matrices are transposed before the product, as a Linear layer of torch does with its weight. These are "
    "(in, out) and multiply as they are.",
    ask="Which side of W_v stands for what goes in?",
    hint=1,
)
def matrices_transposed(x, W_q, W_k, W_v):
    return x @ W_q.T, x @ W_k.T, x @ W_v.T


@misconception(
    tell="Your values are the words themselves: W_v is not used.",
    ask="What would W_v be for?",
    hint=3,
)
def values_not_projected(x, W_q, W_k, W_v):
    return x @ W_q, x @ W_k, x


@misconception(
    tell="Your queries are the words themselves: W_q is not used.",
    ask="What would W_q be for?",
    hint=3,
)
def queries_not_projected(x, W_q, W_k, W_v):
    return x, x @ W_k, x @ W_v


@misconception(
    tell="The matrices are applied one after the other: keys are made from the queries, values from the keys.",
    ask="What does each of the three start from?",
    hint=3,
)
def one_made_from_the_other(x, W_q, W_k, W_v):
    query = x @ W_q
    key = query @ W_k
    return query, key, key @ W_v


@misconception(
    tell="Your values are made from the keys, not from the words.",
    ask="What does each of the three start from?",
    hint=3,
)
def values_made_from_the_keys(x, W_q, W_k, W_v):
    key = x @ W_k
    return x @ W_q, key, key @ W_v


@misconception(
    tell="Your queries are already divided by the square root of d_k. The division belongs to the next exercise; "
    "done here, it would be done twice.",
    ask="What does the docstring say about scaling?",
    hint=3,
)
def queries_scaled_here(x, W_q, W_k, W_v):
    return x @ W_q / math.sqrt(W_q.shape[1]), x @ W_k, x @ W_v


@misconception(
    tell="The words are multiplied by the square root of d_model first. The Transformer does that once, where it "
    "looks its embeddings up, and not here.",
    ask="What is multiplied with the matrices, and by nothing else?",
    hint=3,
)
def words_scaled_up(x, W_q, W_k, W_v):
    x = x * math.sqrt(x.shape[-1])
    return x @ W_q, x @ W_k, x @ W_v


@misconception(
    tell="A tanh, the way of lessons 01 and 03, is put over the products. These projections are linear.",
    ask="Is there anything but a product in the equation?",
    hint=3,
)
def squashed(x, W_q, W_k, W_v):
    return torch.tanh(x @ W_q), torch.tanh(x @ W_k), torch.tanh(x @ W_v)


@misconception(
    tell="A relu is put over the products, which leaves no negative number. These projections are linear.",
    ask="Is there anything but a product in the equation?",
    hint=3,
)
def negative_numbers_cut_off(x, W_q, W_k, W_v):
    return torch.relu(x @ W_q), torch.relu(x @ W_k), torch.relu(x @ W_v)


@misconception(
    tell="A softmax is taken of what you project: every vector sums to one.",
    ask="Weights have to sum to one. Are these weights?",
    hint=3,
)
def softmax_of_the_projections(x, W_q, W_k, W_v):
    return tuple((x @ W).softmax(dim=-1) for W in (W_q, W_k, W_v))


@misconception(
    tell="Your keys come back transposed: d_k stands where the length should be.",
    ask="Which shape has the key in the last line of the Shapes block?",
    hint=2,
)
def keys_transposed_already(x, W_q, W_k, W_v):
    return x @ W_q, (x @ W_k).transpose(-2, -1), x @ W_v


@misconception(
    tell="Only the first sentence is projected: the axis of the batch is gone.",
    ask="What does x[0] leave out?",
    hint=2,
)
def first_sentence_only(x, W_q, W_k, W_v):
    return x[0] @ W_q, x[0] @ W_k, x[0] @ W_v


@misconception(
    tell="All the words of all the sentences come back as one long list: batch and length have become one axis.",
    ask="How does a matrix product treat the axes before the last two? Did x have to be flattened?",
    hint=2,
)
def sentences_run_together(x, W_q, W_k, W_v):
    words = x.reshape(-1, x.shape[-1])
    return words @ W_q, words @ W_k, words @ W_v


@misconception(
    tell="The three come back as one array, side by side along the last axis.",
    ask="How many things does the caller want to unpack?",
    hint=3,
)
def joined_into_one(x, W_q, W_k, W_v):
    return torch.cat([x @ W_q, x @ W_k, x @ W_v], dim=-1)


@misconception(
    tell="The three are stacked into one array. It unpacks, but only because all matrices here are equally wide.",
    ask="What will torch.stack say when values are wider than keys?",
    hint=3,
)
def stacked_into_one(x, W_q, W_k, W_v):
    return torch.stack([x @ W_q, x @ W_k, x @ W_v])


@misconception(
    tell="The values are cut to the keys' width: the last columns of W_v are lost, or taken for missing.",
    ask="Which of the arguments knows how wide a value is?",
    hint=1,
)
def values_as_wide_as_keys(x, W_q, W_k, W_v):
    d_k = W_k.shape[1]
    value = x.new_zeros(*x.shape[:-1], d_k)
    value[..., : W_v.shape[1]] = x @ W_v[:, :d_k]
    return x @ W_q, x @ W_k, value


@misconception(
    tell="No gradient gets through: your result does not know any more what it was made from, so nothing can be "
    "learned.",
    ask="Which of .detach(), .data, .numpy(), torch.tensor(...) or torch.no_grad() is in your code, and what for?",
)
def cut_off_from_the_gradient(x, W_q, W_k, W_v):
    with torch.no_grad():
        return x @ W_q, x @ W_k, x @ W_v


@misconception(
    tell="Everything comes back as float32, whatever went in.",
    ask="Which call makes a float32 of what it is given: .float(), torch.zeros, torch.Tensor?",
)
def always_float32(x, W_q, W_k, W_v):
    x, W_q, W_k, W_v = x.float(), W_q.float(), W_k.float(), W_v.float()
    return x @ W_q, x @ W_k, x @ W_v


@misconception(
    tell="The words are changed in place: the caller's x is another one after the call.",
    ask="What is the difference between `x -= m` and `x = x - m`? Does x belong to you?",
)
def words_centred_in_place(x, W_q, W_k, W_v):
    query, key, value = x @ W_q, x @ W_k, x @ W_v
    with torch.no_grad():
        x -= x.mean(dim=-1, keepdim=True)
    return query, key, value
