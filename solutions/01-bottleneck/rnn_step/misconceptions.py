"""Steps that go wrong somewhere between the word and the new state."""

import numpy as np

from attnlab.content import misconception


@misconception(
    tell="There is no tanh: the new state is the plain sum, which can grow from step to step without end.",
    ask="Between which two numbers should every entry of a state lie, and what keeps it there?",
    hint=3,
)
def no_tanh(x, state, W_x, W_h, b):
    return x @ W_x + state @ W_h + b


@misconception(
    tell="Your state is squeezed between 0 and 1 by a sigmoid; a state goes from -1 to 1.",
    ask="Which function does the equation name, and what does it do to a negative sum?",
    hint=3,
)
def sigmoid_instead_of_tanh(x, state, W_x, W_h, b):
    return 1 / (1 + np.exp(-(x @ W_x + state @ W_h + b)))


@misconception(
    tell="Your negative sums all become 0: that is a relu.",
    ask="Which function does the equation name, and what does it do to a negative sum?",
    hint=3,
)
def relu_instead_of_tanh(x, state, W_x, W_h, b):
    return np.maximum(x @ W_x + state @ W_h + b, 0)


@misconception(
    tell="The matrices are swapped: the word goes through W_h and the state through W_x.",
    ask="Which matrix carries the word's letter in its name?",
    hint=2,
)
def matrices_swapped(x, state, W_x, W_h, b):
    return np.tanh(x @ W_h + state @ W_x + b)


@misconception(
    tell="Both matrices are transposed. That is how torch stores a layer's weights, (out, in); here a matrix is (in, "
    "out).",
    ask="What do the Shapes say about the rows of W_x: one for each number of the word, or of the state?",
    hint=2,
)
def both_matrices_transposed(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x.T + state @ W_h.T + b)


@misconception(
    tell="W_x is transposed.",
    ask="Which axis of W_x is d_in, and which axis of x does it have to meet?",
    hint=2,
)
def W_x_transposed(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x.T + state @ W_h + b)


@misconception(
    tell="W_h is transposed. It is square, so nothing complains.",
    ask="Multiplied from the right, as in state W_h: is that what your code does with W_h?",
    hint=2,
)
def W_h_transposed(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state @ W_h.T + b)


@misconception(
    tell="The bias is missing.",
    ask="With a word and a state of zeros, what should come out?",
    hint=3,
)
def bias_missing(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state @ W_h)


@misconception(
    tell="The bias is added twice.",
    ask="torch's own cell has two biases. How many does this one have?",
    hint=3,
)
def bias_added_twice(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + b + state @ W_h + b)


@misconception(
    tell="The bias is subtracted.",
    ask="Which sign stands before b in the equation?",
    hint=3,
)
def bias_subtracted(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state @ W_h - b)


@misconception(
    tell="The bias is added after the tanh, so the state can leave the range from -1 to 1.",
    ask="Where does the equation's bracket close?",
    hint=3,
)
def bias_outside_the_tanh(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state @ W_h) + b


@misconception(
    tell="The old state is ignored: your new state only knows the last word.",
    ask="Two sentences end in the same word. Should they be remembered as the same?",
    hint=2,
)
def state_ignored(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + b)


@misconception(
    tell="The word is ignored: your new state would be the same whatever was read.",
    ask="Which argument is the word, and through which matrix does it go?",
    hint=2,
)
def word_ignored(x, state, W_x, W_h, b):
    return np.tanh(state @ W_h + b)


@misconception(
    tell="The state is added as it is: it does not pass through W_h.",
    ask="What is W_h for?",
    hint=2,
)
def state_without_its_matrix(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state + b)


@misconception(
    tell="The old state is added to the tanh, as if the step were a correction. A plain step replaces the state.",
    ask="What stands outside of the tanh in the equation?",
    hint=3,
)
def old_state_added_on_top(x, state, W_x, W_h, b):
    return state + np.tanh(x @ W_x + state @ W_h + b)


@misconception(
    tell="Word and state get a tanh each, and the two are added.",
    ask="Can the result be larger than 1? How many tanh are there in the equation?",
    hint=3,
)
def tanh_of_each_part(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + b) + np.tanh(state @ W_h)


@misconception(
    tell="Only the word's part goes through the tanh; the state's part is added to it afterwards.",
    ask="Where does the equation's bracket open, and where does it close?",
    hint=3,
)
def tanh_of_the_word_only(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + b) + state @ W_h


@misconception(
    tell="The word's part and the state's part are multiplied with each other.",
    ask="Which sign stands between the two products in the equation?",
    hint=3,
)
def parts_multiplied(x, state, W_x, W_h, b):
    return np.tanh((x @ W_x) * (state @ W_h) + b)


@misconception(
    tell="You return two things. Library cells often give an output and a state; in this cell they are the same.",
    ask="How many arrays does the last line of the Shapes block name?",
)
def returned_twice(x, state, W_x, W_h, b):
    new_state = np.tanh(x @ W_x + state @ W_h + b)
    return new_state, new_state


@misconception(
    tell="Your tanh is written out with exponentials, and for a large sum both of them overflow: infinity by "
    "infinity is nan.",
    ask="Does numpy have a tanh that knows about large numbers?",
    hint=3,
)
def tanh_by_overflowing_exponentials(x, state, W_x, W_h, b):
    total = x @ W_x + state @ W_h + b
    return (np.exp(total) - np.exp(-total)) / (np.exp(total) + np.exp(-total))


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a single sentence.",
    ask="Which line drops an axis, and does anything have to be dropped at all?",
)
def every_axis_of_one_squeezed(x, state, W_x, W_h, b):
    return np.tanh(x @ W_x + state @ W_h + b).squeeze()


@misconception(
    tell="Your results come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(x, state, W_x, W_h, b):
    new_state = np.zeros((len(x), len(b)))
    new_state += x @ W_x + state @ W_h + b
    return np.tanh(new_state)


@misconception(
    tell="You write the new state into the array you were given. Whoever kept the old state has lost it.",
    ask="Later, one state will be the start of several continuations. What does the second of them start from?",
)
def state_overwritten(x, state, W_x, W_h, b):
    state[:] = np.tanh(x @ W_x + state @ W_h + b)
    return state
