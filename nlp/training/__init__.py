"""How models of roles are learned, held against each other and shipped."""
