ARG PYTHON=3.12
FROM python:${PYTHON}-slim
WORKDIR /srv
RUN --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    pip install --no-cache-dir "10xgraph-api[redis]~=0.9.0" "10xgraph[google-genai,pg-checkpoint]>=0.10.3,<0.11" gunicorn uvicorn-worker
COPY --chmod=644 10xgraph.json ./
COPY permits ./permits
CMD gunicorn tenxgraph_api.src.app.main:app --bind 0.0.0.0:8000 \
    --worker-class uvicorn_worker.UvicornWorker --workers 2 --timeout 660 --graceful-timeout 600
