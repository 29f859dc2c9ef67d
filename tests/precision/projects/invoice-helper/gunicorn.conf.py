import multiprocessing
import os

bind = "0.0.0.0:" + os.environ.get("PORT", "8000")
worker_class = "uvicorn.workers.UvicornWorker"
# The platform's size; the rate limit is kept per process, so one web process is what we pay for.
workers = 1 if os.environ.get("DYNO", "").startswith("web") or "DYNO" not in os.environ else multiprocessing.cpu_count()
timeout = 660
graceful_timeout = 600
max_requests = 2000
max_requests_jitter = 200
preload_app = False
