"""From a passphrase to the keys of an office: Argon2id, slots, the key file, the second factor."""
