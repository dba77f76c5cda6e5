"""The claim court: what the essays say of the roles, restated as tests, and what the ads say of each."""
