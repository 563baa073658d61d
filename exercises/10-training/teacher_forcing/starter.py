"""teacher_forcing: what the decoder reads and what it must write. The lesson: attnlab read 10"""


def teacher_forcing(tokens):
    """Split sentences into what the decoder reads and, at the same place, the word it must write next.

    The plain shift of the whole table: eos and padding move along with the words. `tokens` is not changed.
    Williams and Zipser 1989; "outputs (shifted right)" in Vaswani et al. 2017, figure 1.

    Shapes:
        tokens:  (batch, time), whole numbers; each row starts with bos
        returns: decoder_input (batch, time - 1), labels (batch, time - 1)
    """
    # Your code goes here.
    raise NotImplementedError("teacher_forcing is still to be written")
