"""Where mail comes in to be judged: the milter."""
