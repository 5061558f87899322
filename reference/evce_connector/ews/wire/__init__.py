"""The wire: the contract, XML in and out, faults, and what a request and an answer are bounded by."""
