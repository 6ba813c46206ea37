"""Who is to be reminded of what, when, and how often that happened already; nobody is told here."""
