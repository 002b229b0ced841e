"""What several screens share and no widget is: words, money, themes, questions to confirm."""
