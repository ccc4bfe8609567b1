"""From markup to a tree that is safe to walk.

In: text of a page. Out: an lxml tree of bounded size and depth.
`parser` builds it, `legacy_layout` undoes layout by tables and line breaks, `class_names` tests
what an element is called.
"""
