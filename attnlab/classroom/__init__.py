"""The instructor's verbs: collect what was handed in, grade it, keep the gradebook, tell and export what is in it."""
