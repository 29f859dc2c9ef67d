"""Makes the edits of a fix, one module per file language.

Rules say what should stand where the model has found a value; these functions know how the file writes it. Each returns
None where that cannot be told: where a value comes through a variable, an escape or an interpolation, the place does
not read as the value does, and nothing is edited.
"""
