"""Who may come in: logins by digest, and wrong ones slowed down."""
