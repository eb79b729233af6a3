"""Questions about the way: one trainee's path, and cohorts'."""
