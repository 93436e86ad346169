"""The parts of the settings page: how the window looks, one's own keys, the people of the office."""
