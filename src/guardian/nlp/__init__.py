"""The judge: a spaCy pipeline with a sentence encoder and trained heads."""
