"""Invented boards, and the server on loopback that answers for them."""
