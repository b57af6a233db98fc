"""The judge: a spaCy pipeline with two looks at a mail, counted words first, a small transformer in doubt."""
