"""Measurements that chose the product's constants, and side-by-side runs against peers. Not shipped."""
