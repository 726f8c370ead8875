"""The steps of taking an import back: what it left on record, what it added, what had been there before."""
