"""What the pages that join several apps decide: groups, forecasts, what to prove next. No Django, no I/O."""
