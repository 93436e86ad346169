"""What arrived: rows under their keyed digests, sealed where protected, and the results made of them."""
