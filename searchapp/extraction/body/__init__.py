"""The text of the article itself.

In: the parsed page. Out: paragraphs of text.
`main_text` asks several extractors, `agreement` chooses between what they found, `completion`
gives back what the choice left out.
"""
