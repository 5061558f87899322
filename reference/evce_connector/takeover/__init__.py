"""Answers to the ids and names of another connector that clients have bound to."""
