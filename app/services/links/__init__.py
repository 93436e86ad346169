"""Which records are one person: pairs to settle, links by hand, how good the links are, and the model behind them."""
