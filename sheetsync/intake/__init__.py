"""Raw cells as people typed them to tables of canonical values, with every doubt stated and placed."""
