"""What asking the gateway of every request costs the edge. ``python -m bench.edge``"""
