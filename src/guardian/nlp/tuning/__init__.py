"""Training the second look: fine-tuning a small multilingual transformer; needs the extra `train`."""
