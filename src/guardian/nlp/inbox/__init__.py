"""The complaint reader: what a client's mail is for, how grave it is, and the words that say so."""
