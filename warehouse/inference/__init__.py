"""What the ads say and how surely: pure functions on arrays, without SQL and without files."""
