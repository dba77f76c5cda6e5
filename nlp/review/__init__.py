"""Reading ads one by one in the terminal, to label them by hand."""
