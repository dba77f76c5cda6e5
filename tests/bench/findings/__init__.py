"""The parts of docs/findings.md, each made from a warehouse by a function that returns Markdown."""
