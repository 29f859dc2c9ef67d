"""Builders of edits, by kind of file.

A rule says what is to be written where the model's facts stand; a builder spells it as that file wants it, and returns
None where that cannot be told. A builder for text whose meaning hangs on quoting reads the edited text back with the
reader of that kind of file: only an edit after which that one fact is what was wanted, and every other fact what it
was, is made.
"""
