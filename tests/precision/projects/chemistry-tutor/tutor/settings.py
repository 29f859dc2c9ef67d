import os

DATABASE_URL = os.environ["DATABASE_URL"]
REDIS_URL = os.getenv("REDIS_URL") or "redis://localhost:6379"
SCHOOL_LOGIN_URL = os.environ.get("SCHOOL_LOGIN_URL", "https://login.school.example")
