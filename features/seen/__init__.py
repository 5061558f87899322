"""What an acceptance run sees of lies on the wire and of wrong connectors: SEEN.md, and the data it is made of."""
