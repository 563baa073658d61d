"""split_heads: one wide vector becomes several narrow ones. The lesson: attnlab read 08"""


def split_heads(x, heads):
    """Cut every position's vector into equal pieces, one for each head, and give the heads an axis of their own.

    Head 0 gets the first d_head = d_model / heads numbers of a vector, head 1 the next, and so on.
    d_model is a multiple of heads. x is not changed.

    Shapes:
        x:       (batch, length, d_model)
        returns: split (batch, heads, length, d_head)
    """
    # Your code goes here.
    raise NotImplementedError("split_heads is still to be written")
