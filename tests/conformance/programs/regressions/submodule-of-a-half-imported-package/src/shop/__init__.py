from .agent import app
