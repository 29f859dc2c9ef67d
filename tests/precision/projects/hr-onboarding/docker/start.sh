#!/usr/bin/env bash
set -euo pipefail
python -m onboarding.wait_for_database
exec gunicorn agentflow_cli.src.app.main:app \
  -k uvicorn.workers.UvicornWorker \
  --bind unix:/run/api/api.sock \
  --workers 1 --timeout 660 --graceful-timeout 600
