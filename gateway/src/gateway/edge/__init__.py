"""The edge: nginx's configuration, made from what the gateway knows, and a certificate to try it with."""
