"""Fields of forms: how they look, what was typed, what is wrong. One group of questions a page."""
