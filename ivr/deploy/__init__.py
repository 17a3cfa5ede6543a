"""Files for running the server: proxies, containers, systemd, Kubernetes, Prometheus. `ivr deploy` writes them out."""
