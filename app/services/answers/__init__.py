"""What screens, the console and exports receive: frozen, plain, without a connection behind them.

Texts that come from extracts are hostile (law 11): show them as plain text only. A protected
value never stands here: its field is None and ``protected`` says so.
"""
