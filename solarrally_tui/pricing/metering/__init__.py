"""From resources and usage to priced lines, as AWS meters them."""
