"""Site acceptance: the features against a real charge controller and anyone's connector, without harm to the site."""
