"""A class of strangers: what each of them hands in, what it must come to, and the students beside them."""
