#!/bin/bash -e
export GUNICORN_CMD_ARGS="--access-logfile - --worker-tmp-dir /dev/shm"
exec gunicorn --chdir . -w 1 -k uvicorn_worker.UvicornWorker -b :8080 -t 150 --graceful-timeout 130 \
    tenxgraph_api.src.app.main:app
