"""Orders at the desk: drafted or imported, checked, taken through their validation, and what follows from them."""
