"""Parts that several pages use. They read tokens, speak through ``ui.words``, know no service."""
