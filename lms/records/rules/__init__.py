"""What a record store decides, as pure rules: values, agents, statements, equality, refusals."""
