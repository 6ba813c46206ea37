"""Files written so that nobody's save is lost: locks, owner files, earlier versions, the exchange itself."""
