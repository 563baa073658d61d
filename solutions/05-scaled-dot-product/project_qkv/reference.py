"""project_qkv: three roles of the same words. The lesson: attnlab read 05"""


def project_qkv(x, W_q, W_k, W_v):
    """Give every position its three roles: what it asks, what it is found by, what it hands over.

    query = x W_q, key = x W_k, value = x W_v. Nothing is scaled and nothing is added. No input is changed.
    Vaswani et al. 2017, section 3.2.2: the products inside head_i, for one head.

    Shapes:
        x:       (batch, length, d_model)
        W_q:     (d_model, d_k)
        W_k:     (d_model, d_k)
        W_v:     (d_model, d_v)
        returns: query (batch, length, d_k), key (batch, length, d_k), value (batch, length, d_v)
    """
    return x @ W_q, x @ W_k, x @ W_v
