"""The guide's world: the site's objects, the values they have, and the data points declared of them; knows nobody."""
