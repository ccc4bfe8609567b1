"""What of a page its vector is made of."""

from searchapp.model import Article

# Characters; the model reads so many tokens of it. The text begins with the lead.
_LONGEST = 1_500


def passage(article: Article) -> str:
    """The title and the text's opening, which begins with the lead."""
    return f"{article.title}\n{article.text[:_LONGEST]}"
