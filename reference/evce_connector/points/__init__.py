"""The points as served: the tree that EWS clients see, and what fills it: set-up, polls, confirmed writes, time."""
