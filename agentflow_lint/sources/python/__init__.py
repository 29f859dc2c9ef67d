"""Python source as facts: a module becomes a small, serialisable form without whitespace, comments or types.

``form`` holds the form's classes, ``lowering`` makes one from text (and is the only importer of libcst, so import
it late), ``bounds`` refuses what would take a parser too long.
"""
