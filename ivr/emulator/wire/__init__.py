"""The carrier as HTTP client: URLs, retries, redirects, cookies, clips."""
