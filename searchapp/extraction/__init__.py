"""From the bytes of a page to an article: title, text, lead, authors, dates, language.

In: a page's bytes and what is known of where they came from. Out: `model.Article`.
`article` decodes and hands on, `page` runs the steps for HTML: `dom` parses, `metadata` reads
what the page says of itself, `body` finds the text, `boilerplate` and `template_residue` leave it,
then `title`, `dates`, `authors`, `lead`, `language`; `textdump` does it for text without markup.
"""
