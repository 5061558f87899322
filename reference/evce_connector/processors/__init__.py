"""The guide's three processors, and the alarms that they move."""
