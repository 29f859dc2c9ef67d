from src.shop.agent import app

saver = None
