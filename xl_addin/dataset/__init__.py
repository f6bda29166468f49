"""The dataset: figures over time, the page that shows them, and what is derived from them."""
