"""The page of one saved question: what is asked, how the answer is cut, drawn, explained and taken away."""
