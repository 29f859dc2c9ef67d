#!/bin/sh
# nginx in front takes the slow clients; the server behind it listens for nginx only.
set -e

python -m shop.prepare
nginx

exec gunicorn agentflow_cli.src.app.main:app \
    --worker-class uvicorn.workers.UvicornWorker \
    --bind 127.0.0.1:8000 \
    --workers 1 \
    --timeout 660 \
    --graceful-timeout 600 \
    "$@"
