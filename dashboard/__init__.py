"""Views of the warehouse in, pages out."""
