"""Sign-off in the window: what waits for it, and how a lead signs or sends back."""
