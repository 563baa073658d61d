"""What a right loss shows."""

import torch

from attnlab.content import check


def inputs(draw, batch="batch", smoothing=0.0, lengths=None, scale=2.0, dtype="float64"):
    """Arguments by name; `lengths` says how many labels of each sentence are words, all of them when it is None."""
    # Few enough words that a mistake in sharing among them is large, and enough positions for uneven sentences.
    vocabulary, time = draw.size("vocabulary", at_least=6), draw.size("time", at_least=5)
    logits = draw.normal(batch, time, vocabulary, scale=scale, dtype=dtype)
    pad = int(draw.generator.integers(1, vocabulary - 1))
    labels = (pad + 1 + draw.integers(0, vocabulary - 1, len(logits), time)) % vocabulary
    if lengths is not None:
        labels[torch.arange(time) >= torch.as_tensor(lengths)[:, None]] = pad
    return {"logits": logits, "labels": labels, "pad": pad, "smoothing": smoothing}


def padded(draw, smoothing=0.3, **wanted):
    """Sentences of three uneven lengths."""
    time = draw.size("time", at_least=5)
    return inputs(draw, batch=3, smoothing=smoothing, lengths=[2, time, time - 2], **wanted)


@check("one number comes back")
def shape(learner, draw):
    learner.label_smoothed_loss(*inputs(draw).values()).has_right_shape()


@check("without smoothing it is the mean of minus the labels' log-probabilities", points=2, after=shape)
def plain(learner, draw):
    learner.label_smoothed_loss(*inputs(draw).values()).agrees()


@check(
    "1 - smoothing is wanted on the label, nothing on pad, and equal shares of the rest on the others",
    points=3,
    after=plain,
)
def smoothed(learner, draw):
    learner.label_smoothed_loss(*inputs(draw, smoothing=0.2).values()).agrees()


@check("a position whose label is pad is neither added nor counted", points=2, after=smoothed)
def padding(learner, draw):
    learner.label_smoothed_loss(*padded(draw).values()).agrees()


@check("a sentence of nothing but padding changes nothing, even when one word is all the batch has", after=padding)
def one_word(learner, draw):
    learner.label_smoothed_loss(*inputs(draw, batch=3, smoothing=0.3, lengths=[0, 1, 0]).values()).agrees()


@check("where every label is padding the loss is zero, and no nan", after=padding)
def nothing_to_count(learner, draw):
    # In float32, as torch makes its zeros: whose zero it is, and of which dtype, is asked elsewhere.
    arguments = inputs(draw, batch=3, smoothing=0.3, lengths=[0, 0, 0], dtype="float32")
    learner.label_smoothed_loss(*arguments.values()).agrees()


@check("the gradient reaches the logits, and is right", points=2, after=padding)
def gradients(learner, draw):
    learner.with_gradients.label_smoothed_loss(*padded(draw).values()).gradients_agree()


@check("logits in the thousands give a finite loss, and the right one", after=padding)
def large_logits(learner, draw):
    learner.label_smoothed_loss(*padded(draw, scale=2000.0).values()).agrees()


@check("a batch of one sentence, its arguments given by name, is judged the same way", after=padding, fresh=True)
def one_sentence(learner, draw):
    time = draw.size("time", at_least=5)
    learner.label_smoothed_loss(**inputs(draw, batch=1, smoothing=0.1, lengths=[time - 2])).agrees()


@check("float32 in gives float32 out", after=padding)
def float32(learner, draw):
    learner.label_smoothed_loss(*padded(draw, dtype="float32").values()).agrees()


@check("the logits and the labels passed in are left as they were", after=padding)
def untouched(learner, draw):
    learner.label_smoothed_loss(*padded(draw).values()).leaves_inputs_alone()


@check("whatever it makes, it makes on the device where the logits are", after=padding)
def device(learner, draw):
    learner.follows_device("label_smoothed_loss", *padded(draw).values())
