"""What clients may set: sent through to the controller and read back, by rules, and shown as curtailment."""
