"""From the bytes of a page to an article: title, text, lead, authors, dates, language.

In: a page's bytes and what is known of where they came from. Out: `model.Article`.
`article` opens a page and its attachments, `page` runs the steps for HTML in this order: `dom`
parses, `metadata` reads what the page says of itself, then `title`, `template_residue`, `dates`,
`authors`; `body` finds the text, less what `boilerplate` knows; `lead` and `language` end it.
`textdump` does it for text without markup. All know words of `phrases` and use `text_measures`.
"""
