try:
    from graph.agent import app
except ImportError:
    app = None
