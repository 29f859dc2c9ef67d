"""gunicorn reads this by itself from its working directory."""

import os

bind = f"0.0.0.0:{os.getenv('PORT', '8080')}"
worker_class = "uvicorn_worker.UvicornWorker"
workers = int(os.getenv("WEB_CONCURRENCY", "1"))

# A run may take runs.timeout of 10xgraph.json.
timeout = 330
graceful_timeout = 310
keepalive = 75
accesslog = "-"
