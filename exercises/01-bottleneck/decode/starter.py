"""decode: a sentence written from one vector. The lesson: attnlab read 01"""

import numpy as np


def decode(context, embedding, W_x, W_h, W_c, b, W_out, bos, eos, max_length):
    """Write one sentence for every context, always taking the word with the highest logit.

    state starts at zeros, token at bos; then, at most max_length times:
    state = tanh(embedding[token] W_x + state W_h + context W_c + b); token = the argmax of state W_out,
    of equal logits the first. A sentence ends at its own eos; neither bos nor eos is part of it.
    No input is changed. Cho et al. 2014, section 2.2, with a plain tanh cell.

    Shapes:
        context:   (batch, d_h), the encoder's one vector for each sentence
        embedding: (vocabulary, d_in), a row for every token
        W_x:       (d_in, d_s)
        W_h:       (d_s, d_s)
        W_c:       (d_h, d_s)
        b:         (d_s)
        W_out:     (d_s, vocabulary)
        returns:   tokens (sentences, positions), a list of lists of whole numbers, each as long as its sentence
    """
    # Your code goes here.
    raise NotImplementedError("decode is still to be written")
