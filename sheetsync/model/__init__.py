"""The nouns: frozen values that every room may use and that know no room."""
