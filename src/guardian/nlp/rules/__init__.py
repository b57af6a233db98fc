"""Rules: what a sentence says outright, found by words and by whom they are about; nothing here is learned."""
